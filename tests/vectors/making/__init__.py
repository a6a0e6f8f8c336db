"""What the node makes of fixed seeds: one module a file of vectors, each with `vectors()`. Bytes are hex."""
