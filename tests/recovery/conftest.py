"""The same users as in the journeys."""

import os

from tests.journeys.conftest import empty_home, user

__all__ = ["empty_home", "user"]

# Not seen whole and green yet: experiments until they have been, run only when asked for.
collect_ignore = (
    [] if os.environ.get("SKYWRIGHT_TEST_EXPERIMENTS") else ["test_failures.py", "test_interrupts.py"]
)
