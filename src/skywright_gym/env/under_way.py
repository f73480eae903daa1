"""What environments of every kind share: the episode that is under way, looked at, drawn and forgotten.

Knows neither actions nor observations.
"""

from typing import Any, TypeVar

import gymnasium
from gymnasium.error import ResetNeeded

from skywright_gym.env.account import Account
from skywright_gym.env.beginning import Beginning
from skywright_gym.env.episode import Episode
from skywright_gym.env.picture import picture

Seen = TypeVar("Seen")
Act = TypeVar("Act")


class UnderWay(gymnasium.Env[Seen, Act]):
    """An environment that holds one episode at a time, and what was done in it last."""

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 - Gymnasium's own form

    def __init__(self, beginning: Beginning, render_mode: str | None) -> None:
        self.render_mode = render_mode
        self._beginning = beginning
        self._episode: Episode | None = None
        self._last = ""

    def render(self) -> str | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The slots, the money and what is missing, as text; None unless `render_mode` is `ansi`."""
        return picture(self._under_way(), self._last) if self.render_mode == "ansi" else None

    def close(self) -> None:
        """Forget the account; nothing else is held."""
        self._episode = None

    @property
    def account(self) -> Account:
        """The account of this episode, to be looked at, or changed behind the agent's back."""
        return self._under_way().account

    def _begun(self, seed: int | None, options: dict[str, Any] | None) -> Episode:
        """A new episode, of which nothing has been done yet."""
        super().reset(seed=seed)
        self._episode = self._beginning.begin(self.np_random, seed is not None, options)
        self._last = ""
        return self._episode

    def _under_way(self) -> Episode:
        if self._episode is None:
            raise ResetNeeded("call reset first")
        return self._episode
