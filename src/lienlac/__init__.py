"""Lienlac (liên lạc · 联络 · liaison): a node for police cooperation across a border."""
