"""How well names are found and ranked, track by track; see docs/names.md for the data and the figures."""
