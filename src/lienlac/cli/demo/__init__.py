"""`lienlac demo`: nodes of a small invented border, made, introduced and started; and the journey that proves them."""

from lienlac.cli.demo.command import demo

__all__ = ["demo"]
