"""The first run: a node is founded in the browser, on the machine itself, before there is any node."""
