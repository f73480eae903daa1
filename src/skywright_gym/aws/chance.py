"""What moto draws by chance (identifiers, addresses) comes, in a world that has a seed, from that alone.

moto has one source of chance for the whole process, from which requests in all worlds draw in whatever order
they come. Here it draws for a world with a chance of its own from there. The numbers of answers, which moto
draws for each of them, reads too, come from elsewhere: how often somebody looks must decide nothing.
"""

import string
from random import Random
from typing import Any

from moto.core import responses
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.moto_random import MotoRandom
from moto.utilities import aws_headers

from skywright_gym.account import CHANCE
from skywright_gym.world import world_if_any

_LETTERS = string.ascii_letters + string.digits
_NUMBER_LENGTH = 52
_numbers = Random()


class _OfWorld(MotoRandom):
    """moto's source of chance; all that it draws, it draws by these two."""

    def random(self) -> float:
        own = _own()
        return super().random() if own is None else own.random()

    def getrandbits(self, k: int, /) -> int:
        own = _own()
        return super().getrandbits(k) if own is None else own.getrandbits(k)


def install() -> None:
    """Make moto draw so. Once, before the first request."""
    mock_random.__class__ = _OfWorld
    for module in (responses, aws_headers):
        if not hasattr(module, "gen_amzn_requestid_long"):
            raise AttributeError(f"this moto has no {module.__name__}.gen_amzn_requestid_long")
        vars(module)["gen_amzn_requestid_long"] = _number


def _own() -> Random | None:
    world = world_if_any()
    return None if world is None else world.extras.get(CHANCE)


def _number(headers: dict[str, Any] | None = None) -> str:
    """The number of an answer."""
    number = "".join(_numbers.choices(_LETTERS, k=_NUMBER_LENGTH))
    if headers is not None:
        headers["x-amzn-requestid"] = number
    return number
