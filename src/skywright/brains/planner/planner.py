"""From words to a program over any operation of a cloud: retrieval, fitting, backward chaining.

Strict on purpose. Whatever is not clearly an order for exactly such operations gives None, and the brain
above answers as it would without a planner. What it plans is a draft like any other: nothing here proves,
approves or performs.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from skywright.brains.base import Context
from skywright.brains.planner.chaining import Chain, Declined, lacking
from skywright.brains.planner.fitting import Fitting, fit
from skywright.brains.planner.graph import Graph, noun
from skywright.brains.planner.present import Present
from skywright.brains.planner.reading import Order, orders
from skywright.clouds.documented import Documentation
from skywright.model.advice import Advisory, Beyond, Concern, Plan, Question, Unclear, Understanding
from skywright.model.operation import Effect, Operation
from skywright.model.program import Program, Step
from skywright.model.values import with_texts

GOAL: Final = "operation"
"""The question which of several operations is meant."""
_LOOKED_AT: Final = 50
_LIKELIER: Final = 8.0
"""So much likelier than the next, and it is not asked which is meant."""
_MOST_CHOICES: Final = 6


@dataclass(frozen=True, slots=True)
class Goal:
    """An operation that an order fits, and how likely it is meant.

    Attributes:
        named: whether its service was named, or an earlier order was about it.
    """

    fitting: Fitting
    score: float
    named: bool

    @property
    def operation(self) -> Operation:
        return self.fitting.signature.operation


def plan(words: str, context: Context) -> Understanding | None:
    """What the words order, as a plan; questions, or a plain no, if it is an order that can't be planned.

    None: it is not, or not clearly, an order for operations that exist; or the cloud has no documentation.

    Raises:
        CloudFailed: The target could not be looked at.
    """
    documentation = context.cloud.documentation
    text, region = _place(words, context)
    read = orders(text) if documentation is not None else ()
    if not read or documentation is None:
        return None
    graph = Graph(context.cloud.catalogue)
    chain = Chain(context, graph, Present(context, graph, region))
    services: frozenset[str] = frozenset()
    for order in read:
        found = goals(order, context, documentation, services, chain.made[-1].about if chain.made else ())
        if not found:
            return None
        picked = _picked(found, context)
        if isinstance(picked, Question):
            return Unclear((picked,), _said(order))
        try:
            chain.add(picked.fitting)
        except Declined as why:
            return Beyond(f"That can't be done: {why}.")
        # What follows is about the same service as long as it can be.
        services = frozenset({picked.operation.service})
    if chain.asked:
        return Unclear(tuple(chain.asked.values()), "; then ".join(map(_said, read)))
    return _plan(words, region, chain, context)


def goals(
    order: Order,
    context: Context,
    documentation: Documentation,
    before: Collection[str] = (),
    it: tuple[str, ...] = (),
) -> Sequence[Goal]:
    """The operations that an order fits, the likeliest first.

    Args:
        before: services that earlier orders of the request are about; one of theirs is taken first.
        it: the words for what an earlier order makes.
    """
    called = documentation.called()
    said = f"{order.said()} {' '.join(it) if order.refers() else ''}"
    named = documentation.named(said)
    related = frozenset(service for service, words in called.items() if words & named)
    tiers = (named, related) if named else (frozenset(before),)
    for among in dict.fromkeys((*tiers, frozenset[str]())):
        found: list[Goal] = []
        for each in documentation.search(said, _LOOKED_AT, among):
            operation = each.operation
            signature = context.cloud.catalogue.signature(operation)
            convention = context.cloud.convention(operation)
            if (fitting := fit(order, signature, convention, called[operation.service], it)) is not None:
                found.append(Goal(fitting, each.score, bool(among)))
        if found:
            # What lacks more than can be asked for was hardly meant, if there is anything else.
            return [goal for goal in found if not lacking(goal.fitting, context)] or found
    return ()


def _picked(found: Sequence[Goal], context: Context) -> Goal | Question:
    """The goal that is meant: what was answered, what is much likelier, or the only one of all."""
    answer = context.answers.get(GOAL, "").strip().lower()
    for goal in found:
        if answer and str(goal.operation).lower() == answer:
            return goal
    # Many services have a server, a user, a group: which is meant is not guessed from one word.
    plain = found[0].named or len(noun(found[0].operation)) != 1
    if plain and (len(found) == 1 or found[0].score >= _LIKELIER * found[1].score):
        return found[0]
    return Question(
        GOAL, "Which operation is meant?", tuple(str(goal.operation) for goal in found[:_MOST_CHOICES])
    )


def _place(words: str, context: Context) -> tuple[str, str]:
    """The words without the region that they name, and the region."""
    for found in re.finditer(
        r"\s+(?:in|to|at)\s+(?:the\s+)?(?:region\s+)?([a-z]+(?:-[a-z]+)+-\d)(?:\s+region)?\b", words
    ):
        if found[1] in context.cloud.regions:
            return words[: found.start()] + words[found.end() :], found[1]
    return words, context.region


def _plan(words: str, region: str, chain: Chain, context: Context) -> Plan:
    operations = [step.operation for step in chain.steps if step.operation is not None]
    program = Program(
        name="-".join(dict.fromkeys(part for each in operations for part in (each.service, *noun(each))))[
            :60
        ],
        steps=tuple(chain.steps),
        cloud=context.cloud.name,
        region=region,
        request=words,
        parameters=tuple(chain.parameters),
        answer=_answer(chain, context),
        source="planner",
    )
    shown = "; then ".join(_shown(step, program) for step in chain.steps if step.operation is not None)
    advisories = [
        Advisory(Concern.ASSUMPTION, f"{said[:1].upper()}{said[1:]}.")
        for said in dict.fromkeys(chain.assumed)
    ]
    return Plan(program, f"Planned from the API's models: {shown}, in {region}", tuple(advisories))


def _answer(chain: Chain, context: Context) -> dict[str, str]:
    """What reading steps tell, whole."""
    answer: dict[str, str] = {}
    for step in chain.steps:
        if step.operation is None or context.cloud.effects.effect(step.operation) is not Effect.READ:
            continue
        for name in context.cloud.catalogue.signature(step.operation).output.members:
            if not name.endswith("Token"):
                answer[name] = f"${{{step.id}.{name}}}"
    return answer


def _said(order: Order) -> str:
    return f"{order.verb} {' '.join(word.text for word in order.words)}"


def _shown(step: Step, program: Program) -> str:
    """A step as people read it: its operation, and what it is given."""
    made = {each.id: each for each in program.steps}

    def told(text: str) -> str:
        if found := re.fullmatch(r"\$\{(\w+)\.[\w.]+\}", text):
            return f"what {made[found[1]].operation} gives" if found[1] in made else text
        found = re.fullmatch(r"\$\{(\w+)\}", text)
        return str(program.values().get(found[1], text)) if found else text

    given = ", ".join(
        f"{name} {json.dumps(with_texts(value, told), ensure_ascii=False)}"
        for name, value in step.arguments.items()
    )
    return f"{step.operation} with {given}" if given else str(step.operation)
