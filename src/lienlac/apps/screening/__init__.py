"""Screening: which records of this node may be the person asked about. A human decides; nothing leaves the node."""
