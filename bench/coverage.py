"""Of how many operations it is known what they do and how they are taken back: a row for each service.

`python -m bench coverage` reads every model of botocore (minutes), prints the services that matter most and
writes `docs/coverage.md`. What is counted is what `clouds/aws` says before a call is made: of an operation
that is taken back in different ways, the worst. `sample` draws operations for a person to check by hand.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

import botocore

from skywright.clouds.aws import inverse, models
from skywright.clouds.aws.effect_names import effect, reads_secret
from skywright.model.operation import Effect, Operation, Undoability

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
CORE = (
    *(
        "ec2",
        "elbv2",
        "ebs",
        "autoscaling",
        "cloudwatch",
        "iam",
        "s3",
        "rds",
        "lambda",
        "dynamodb",
        "sqs",
        "sns",
    ),
    "route53",
)
_EFFECTS = (Effect.CREATE, Effect.CHANGE, Effect.ATTACH, Effect.DETACH, Effect.DESTROY)
_HEAD = (
    *("service", "operations", "that change something", "effect known", "share"),
    *(each.value for each in (*_EFFECTS, *Undoability)),
    "stated",
)


@dataclass
class Row:
    """What is known of one service's operations.

    Attributes:
        counts: by effect, and of what is known to change something by undoability; `stated` counts of those
            the ones with a way back that is stated in the data, not told by the models.
    """

    service: str
    operations: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def known(self) -> int:
        return sum(self.counts[each] for each in _EFFECTS)

    @property
    def mutating(self) -> int:
        """What may change something; reads that would hand out a secret are refused, but change nothing."""
        return self.known + self.counts[Effect.UNKNOWN]

    def plus(self, other: "Row") -> "Row":
        return Row(self.service, self.operations + other.operations, self.counts + other.counts)

    def line(self) -> str:
        share = f"{self.known / self.mutating:.1%}" if self.mutating else ""
        counts = [self.counts[each] for each in (*_EFFECTS, *Undoability, "stated")]
        cells = [self.service, self.operations, self.mutating, self.known, share, *counts]
        return f"| {' | '.join(map(str, cells))} |"


def row(service: str) -> Row:
    """Count one service's operations."""
    found = Row(service)
    for operation in operations(service):
        found.operations += 1
        if not effect(operation).mutates or reads_secret(operation):
            continue
        found.counts[effect(operation)] += 1
        if effect(operation) is not Effect.UNKNOWN:
            found.counts[inverse.undoability(operation).undoability] += 1
            found.counts["stated"] += str(operation) in inverse.rows_of()
    return found


def operations(service: str) -> Iterator[Operation]:
    return (Operation(service, name) for name in sorted(models.operation_names(service)))


def table(rows: Sequence[Row]) -> list[str]:
    """The rows, and one for all of them."""
    head = [f"| {' | '.join(_HEAD)} |", "|---|" + "---:|" * (len(_HEAD) - 1)]
    return [*head, *(each.line() for each in (*rows, reduce(Row.plus, rows, Row("all"))))]


def sample(size: int, seed: int, derived: bool = False) -> list[str]:
    """Operations drawn at random of all services, with what is said of each, for a person to check by hand.

    Args:
        derived: draw of those alone of which the models tell a way back.
    """
    every = [each for service in models.service_names() for each in operations(service)]
    if derived:
        every = [each for each in every if str(each) not in inverse.rows_of() and inverse.rows(each)]
    drawn = random.Random(seed).sample(every, size)
    return [f"{each} {effect(each)} {inverse.undoability(each).undoability} {_way(each)}" for each in drawn]


def _way(operation: Operation) -> str:
    return "; ".join(each.by or str(each.steps) for each in inverse.rows(operation))


def text(rows: Sequence[Row]) -> str:
    """The page."""
    core = [each for each in rows if each.service in CORE]
    core.sort(key=lambda each: CORE.index(each.service))
    return "\n".join((_INTRODUCTION, *table(core), _EVERY, *table(rows), ""))


def main() -> None:
    """Print the table of the services that matter most, and write the page."""
    rows = [row(service) for service in models.service_names()]
    PAGE.write_text(text(rows))
    print("\n".join(table([each for each in rows if each.service in CORE])))


_INTRODUCTION = f"""# What is known of operations

<!-- Written by `make pages`: `python -m bench coverage`. -->

Of every operation of botocore {botocore.__version__}: whether its effect is known, and how it is taken back.

Both are worked out from the models' own structure: the verb and the HTTP method tell the effect
(`effect_names.py`); a `Delete` of the same noun whose arguments the creation gives or answers takes the
creation back (`opposites.py`); a read of the same noun whose answer has what a change sets lets it be set
again (`restoring.py`); tags are listed, set and taken alike nearly everywhere (`tagging.py`). Where the
models do not tell it, or not truly, rows of `data/effects.yaml` and `data/inverses.yaml` do, which come
first; the last column counts the operations of which those state the way back.

An operation is counted at its worst: one that is taken back exactly with some arguments and not with others
is lossy. `none` is what there is no way back from, and also what none is known from; it is said which. What
is neither a read nor of known effect is refused outside a copy. Reads whose answer would hold a secret are
not among what changes something; they are refused as well.

Assumed, and not proven by a model: that a creation which declares an error for what exists already fails
where it does, and does not answer what is there; that an id which is answered and was not sent is new; that
a change which is called `Put` replaces all that was set, and one called `Update`, `Modify` or `Set` only
what it names; that a member of one name and one shape means the same in an answer and in a request.

Checked by hand, against the models and their documentation, in November 2026: of 100 operations drawn of
all services (seed 20261128) no effect was wrong, and one said less than may happen
(`cloudsearchdomain:UploadDocuments`, which may delete as well). Of 60 ways back that the models tell (seed
20261128) four were wrong: two set again a version that was stale by then, which no longer happens; two take
away what cannot be taken away yet (`cloudcontrol:CreateResource`, `iot:CreateThingType`). Of another 60 (seed
2) two were: `ds:AddIpRoutes`, of which none is told any more, and `autoscaling:DeleteWarmPool`, whose
machines are others afterwards. So some 3 % of what the models tell is wrong, of the kind that an undo fails
and says so, or gives something like what was there. `bench.coverage.sample` draws them.

## The services that matter most
"""
_EVERY = "\n## All services\n"
