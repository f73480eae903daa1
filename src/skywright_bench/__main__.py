"""`python -m skywright_bench`: what `skywright battle` runs."""

from skywright_bench.command import main

main()
