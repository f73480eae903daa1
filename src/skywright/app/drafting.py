"""The model that writes drafts of rules: the same models, settings and redaction as of the brains.

A draft belongs to no run, so its exchanges are in no run's record.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from skywright.brains.model.providers import wanted
from skywright.brains.model.settings import load
from skywright.brains.model.talk import Discreet, ModelFailed, Said
from skywright.errors import Unavailable
from skywright.guard.drafting import Ask


def asking(name: str, home: Path, environment: Mapping[str, str]) -> Ask:
    """A model by its name, `PROVIDER:MODEL`.

    Raises:
        NotFound: There is no such provider.
        Usage, Unavailable: It needs something that is not set, or not installed.
    """
    settings = load(home, environment)
    found = wanted(name, settings, environment)
    # What it imports takes seconds, and a name that can't be had is told before.
    model = Discreet(import_module("skywright.brains.model.connect").connect(found))

    def ask(talk: Sequence[str]) -> str:
        roles = ("system", *("user" if number % 2 == 0 else "assistant" for number in range(len(talk) - 1)))
        said = [Said(role, text) for role, text in zip(roles, talk, strict=True)]
        try:
            return model.reply(said, settings.limits.request_seconds).text
        except ModelFailed as error:
            raise Unavailable(f"the model did not answer: {error}") from error

    return ask
