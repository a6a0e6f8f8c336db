"""The directory in the browser: partners, the ceremony, states' roots, offices."""
