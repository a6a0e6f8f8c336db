"""The post as a sealed file: what a connection would carry, on a stick, by courier, through a third hand."""
