"""A home and its gym: all that a command needs that has to do with the gym alone.

It is apart from the stores so that `skywright gym` need not wait for the database's library to be
imported.
"""

import os
from dataclasses import dataclass, field
from functools import cached_property

from skywright.state.gym import Gym
from skywright.state.home import Home


@dataclass
class Sandbox:
    """One home and its gym. Nothing is made before it is asked for."""

    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ), kw_only=True)

    @cached_property
    def home(self) -> Home:
        return Home.locate(self.environment).prepare()

    @cached_property
    def gym(self) -> Gym:
        return Gym(self.home.gym)
