"""Pages about records: search, one record, entry, import, and the vault of the protection officer."""
