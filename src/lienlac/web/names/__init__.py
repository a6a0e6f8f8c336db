"""Names on pages: how one is read elsewhere, while it is typed and where it stands."""
