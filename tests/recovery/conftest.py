"""The same user as in the journeys."""

from tests.journeys.conftest import user

__all__ = ["user"]
