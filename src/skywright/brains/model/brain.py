"""Brain `PROVIDER:MODEL`: experts on a model, one language after the other, then a person.

Owns the order of experts and what stands around the model, which acts in copies (`brains.base.Workshop`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from skywright.brains.base import Brain, Context, Workshop
from skywright.brains.model import handover, observe
from skywright.brains.model.case import Attempted, Case, Docs
from skywright.brains.model.expert import Expert, Stuck
from skywright.brains.model.providers import Wanted
from skywright.brains.model.settings import Settings
from skywright.brains.model.talk import Discreet, Fallback, Metered, Model, ModelFailed, Recorded, Spendthrift
from skywright.errors import Refused, Unavailable
from skywright.model.advice import Beyond, Plan, Understanding

_PROGRAMS = "yaml"
_ORDER = ("cli", "sdk")
"""What is tried where the request leaves the modality open: short scripts, which small models write best."""


class _Connecting(Protocol):
    def connect(self, wanted: Wanted) -> Model: ...


def connect(wanted: Wanted) -> Model:
    """A connection to a model; what it needs is imported now, which takes seconds."""
    module: _Connecting = import_module("skywright.brains.model.connect")  # type: ignore[assignment]
    return module.connect(wanted)


@dataclass(frozen=True)
class Modelled:
    """A language model as a brain.

    Attributes:
        models: the one that is asked, and those that are asked if it fails.
        docs: documentation, if there is some.
        say: is shown how it goes on.
        connecting: makes a connection; another one in tests.
    """

    models: Sequence[Wanted]
    settings: Settings
    say: Callable[[str], None]
    docs: Docs | None = None
    connecting: Callable[[Wanted], Model] = connect

    @property
    def name(self) -> str:
        return self.models[0].name

    def understand(self, words: str, context: Context) -> Understanding:
        """A plan that was tried out in a copy, questions, or a plain no with what was tried.

        Raises:
            CloudFailed: The target could not be looked at.
            Refused: The model wants something else than what was asked for.
            Unavailable: Nothing can be tried out, or a model cannot be had.
        """
        workshop = context.workshop
        if workshop is None:
            raise Unavailable(f"brain '{self.name}' needs a copy of the account to try things out in")
        settings, inventory = self.settings, observe.look(words, context)
        # A letter for each token that a talk may have: about a third of it.
        shown = observe.described(words, inventory, context, settings.context_tokens)
        case = Case(
            words, context, workshop, inventory, shown, self.docs, settings.attempts, settings.context_tokens
        )
        made: list[Attempted] = []
        try:
            return self._experts(case, self._model(workshop), made)
        except (Stuck, Spendthrift, ModelFailed) as end:
            if made and made[-1].stray:
                raise Refused(
                    "model-astray", f"the model wants what was not asked for: {made[-1].stray}"
                ) from end
            return Beyond(handover.sentence(case, made, str(end), self.name))

    def _experts(self, case: Case, model: Model, made: list[Attempted]) -> Understanding:
        """What the first expert comes to that does not get stuck."""
        strategies = _strategies(case.workshop)
        for place, (modality, language) in enumerate(strategies):
            expert = Expert(case, model, language, modality, self.name, self.say, made)
            try:
                return expert.work()
            except (Stuck, Spendthrift, ModelFailed) as stuck:
                if plan := expert.settled():
                    return plan
                if not isinstance(stuck, Stuck) or place == len(strategies) - 1 or len(made) >= case.attempts:
                    raise
                self.say(f"stuck: {stuck}; going on in another way")
        raise AssertionError("there is always a strategy")

    def _model(self, workshop: Workshop) -> Model:
        """The model with what stands around it, from the outside in: limits, fallback, redaction, record."""
        named = [
            (one.name, Discreet(Recorded(self.connecting(one), one.name, workshop.record)))
            for one in self.models
        ]
        inner = Fallback(named, self.say)
        return Metered(inner, self.settings.limits, workshop.spent, workshop.seconds_left)


@dataclass(frozen=True)
class BuiltinFirst:
    """A brain that is only asked where `builtin` has no plan."""

    builtin: Brain
    brain: Brain

    @property
    def name(self) -> str:
        return self.brain.name

    def understand(self, words: str, context: Context) -> Understanding:
        """See `brains.base.Brain`."""
        understanding = self.builtin.understand(words, context)
        return understanding if isinstance(understanding, Plan) else self.brain.understand(words, context)


def _strategies(workshop: Workshop) -> list[tuple[str, str]]:
    """Modality and language of each expert, in order; programs, which need no modality, come last."""
    languages = workshop.languages
    if workshop.modality in languages:
        scripts = [workshop.modality]
    else:
        scripts = [name for name in _ORDER if name in languages]
    return [*((name, languages[name]) for name in scripts), ("", _PROGRAMS)]
