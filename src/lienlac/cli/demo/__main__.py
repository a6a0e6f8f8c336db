"""`python -m lienlac.cli.demo node … | introduce …`: one job of the stage, in a process of its own (`make`)."""

import sys

from lienlac.cli.demo.make import main

main(sys.argv[1:])
