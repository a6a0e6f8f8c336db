"""`lienlac doctor`: is this node well, and if not, what to do. It looks and measures; it changes nothing."""

from lienlac.cli.doctor.command import doctor

__all__ = ["doctor"]
