"""What the project promises in figures, and the programs that measure it."""
