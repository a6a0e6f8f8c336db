"""`python -m lienlac.cli` is the command `lienlac`."""

from lienlac.cli.main import main

main()
