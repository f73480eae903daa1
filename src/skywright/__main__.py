"""`python -m skywright` is `skywright`."""
