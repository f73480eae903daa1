"""What a cloud says of how things came to be otherwise, and of how they are brought back or made again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skywright.clouds.calling import Caller
from skywright.model.operation import Undoability
from skywright.model.program import Program, Step
from skywright.model.resource import Inventory, Resource, Survey
from skywright.model.values import Value


@dataclass(frozen=True, slots=True)
class WayBack:
    """How one performed call can be taken back.

    Attributes:
        steps: in the order in which they have to be performed; empty if there is nothing to do.
        reason: for anything but an exact way back: what does not come back, in one sentence.
    """

    undoability: Undoability
    steps: tuple[Step, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """A change that the cloud itself has on record: what, by whom, when (seconds since the epoch)."""

    operation: str
    by: str
    at: float
    with_what: str = ""


class Trail(Protocol):
    """The cloud's own record of who changed what."""

    def last(self, caller: Caller, id: str, region: str, since: float) -> Deed | None:
        """The last change since then of what has that id; None: none is on record (yet).

        Raises:
            CloudFailed: It may not be asked, or does not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Departure:
    """A thing that is otherwise than it was, whoever made it so.

    Attributes:
        was: None: it is new.
        now: None: it is gone.
        fields: of a thing that was there and is: the paths of what is otherwise.
    """

    was: Resource | None
    now: Resource | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Return:
    """The way back of a departure, or of a part of it.

    Attributes:
        renames: identifiers under which something comes back that had another: the old one, and the path in
            the result of the way's last operation to the new one.
    """

    of: Resource
    way: WayBack
    renames: Mapping[str, str] = field(default_factory=dict[str, str])


class Retracing(Protocol):
    """Finds the way from how things are back to how they were, without knowing what made them otherwise."""

    def returns(self, departures: Sequence[Departure], there: Inventory) -> Sequence[Return]:
        """The ways back, in the order in which they have to be gone.

        Args:
            there: all that is in the account now.
        """
        ...

    def follows(self, type: str, path: str) -> bool:
        """Whether a field of that kind changes only with something else, so that it is not set by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something of an account that is not made again.

    Attributes:
        id: of the thing; empty if it is a part of the account that could not be read.
        whole: whether it is the thing itself that is not, and not just something about it.
    """

    id: str
    type: str
    region: str
    name: str
    why: str
    whole: bool

    @staticmethod
    def of(resource: Resource, why: str, whole: bool) -> "Lacking":
        """That of a thing which is there."""
        return Lacking(resource.id, resource.type, resource.region, resource.name, why, whole)


@dataclass(frozen=True, slots=True)
class Remade:
    """How what an inventory describes is made again.

    Attributes:
        made: by id, the step that makes that thing again, and JMESPath to its new id in the step's result;
            empty where it is the same id.
        wishes: by step, the ids that the things have which it makes, in the order in which it makes them.
        origins: by step, the id of the thing for whose sake it is.
    """

    program: Program
    made: Mapping[str, tuple[str, str]]
    wishes: Mapping[str, Sequence[str]]
    origins: Mapping[str, str]
    lacking: Sequence[Lacking]


class Remaking(Protocol):
    """Knows how things are made again, and what has to be read for that."""

    def survey(self, caller: Caller, regions: Iterable[str]) -> Survey:
        """More than an inventory: all that is needed to make what is there again."""
        ...

    def remake(self, wanted: Inventory, given: Collection[str] = (), name: str = "remake") -> Remade:
        """The program that makes things again, in an account where they may have other ids.

        Args:
            given: ids of what of it is there already; only the rules, routes and tags of these are set.
        """
        ...

    def founded(self, caller: Caller, inventory: Inventory, regions: Iterable[str]) -> "Founded":
        """What of it no call makes: an account has it from its beginning, or it is somebody else's.

        Args:
            regions: those that the inventory is of.
        """
        ...

    def others(self, caller: Caller, regions: Iterable[str], named: Collection[str]) -> "Descriptions":
        """Things of others that will be referred to by these ids, as far as they are there."""
        ...


Descriptions = Mapping[str, Mapping[str, Value]]
"""By region, then by operation: what it answers."""


@dataclass(frozen=True, slots=True)
class Founded:
    """What is there before anything is made.

    Attributes:
        ids: of those of the things described that are in the inventory.
    """

    described: Descriptions
    ids: frozenset[str]
