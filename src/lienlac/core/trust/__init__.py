"""Who may be believed: cards of nodes, fingerprints in words, directories that a state has signed.

Pure; `apps.directory` keeps what comes of it.
"""
