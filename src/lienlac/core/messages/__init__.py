"""Messages: the frame all kinds share, its canonical bytes, and the tables of the kinds."""
