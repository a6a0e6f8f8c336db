"""Where the rooms are joined: settings, urls, wiring. Alone reads the environment and the node's home."""
