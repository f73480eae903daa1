"""`python -m bench.exam FILE.json [--verbose]`."""

import sys

from bench.exam import main

main(sys.argv[1:])
