"""HTTPS as a transport: TLS 1.3 with pinned keys, a signed hello, parcels in batches."""
