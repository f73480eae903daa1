"""`python -m bench.agents --help`"""

import sys

from bench.agents import main

main(sys.argv[1:])
