"""The door for operators: the `lienlac` command."""
