"""`python -m skywright` is `skywright`."""

from skywright.cli.main import main

main()
