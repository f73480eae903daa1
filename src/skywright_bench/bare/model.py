"""The model of a bare agent: the one that a brain of that name would ask, with nothing around it."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from skywright.brains.model import settings
from skywright.brains.model.providers import wanted
from skywright.state.home import Home

if TYPE_CHECKING:
    from skywright.brains.model.connect import Remote


def named(name: str, environment: Mapping[str, str]) -> "Remote":
    """The model of a name: `PROVIDER:MODEL`, or a model at `OPENAI_BASE_URL`.

    Raises:
        Usage: There is none, or something that it needs is not set.
        Unavailable: Its package is not installed, or requests to it are forbidden.
    """
    whole = name if ":" in name else f"openai-compatible:{name}"
    found = wanted(whole, settings.load(Home.locate(environment).path, environment), environment)
    # Imported only now: it takes seconds.
    return import_module("skywright.brains.model.connect").connect(found)
