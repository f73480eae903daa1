"""`python -m bench.foreign [TOOL…]`"""

import sys

from bench.foreign import main

main(sys.argv[1:])
