"""Records of this node: persons and things looked for, how they are found in six scripts, and who looked at them."""
