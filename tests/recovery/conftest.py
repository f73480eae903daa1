"""The same users as in the journeys."""

from tests.journeys.conftest import empty_home, user

__all__ = ["empty_home", "user"]
