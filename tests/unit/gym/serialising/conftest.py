"""The cloud of the behaviour's tests, for these."""

from tests.unit.gym.behaviour.conftest import cloud, laid_rules

__all__ = ["cloud", "laid_rules"]
