"""The faces that a cloud's knowledge shows to the rest of the house. Owns no knowledge itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skywright.clouds.calling import Caller, Catalogue
from skywright.clouds.documented import Convention, Documentation
from skywright.clouds.future import Future
from skywright.clouds.restoring import Remaking, Retracing, Trail, WayBack
from skywright.model.call import Call
from skywright.model.operation import Effect, Operation
from skywright.model.program import Program
from skywright.model.resource import Inventory, Resource, Survey
from skywright.model.values import Arguments, Value


class Effects(Protocol):
    """What operations do, beyond their types."""

    def effect(self, operation: Operation) -> Effect: ...

    def made(self, call: Call) -> Sequence[tuple[str, str]]:
        """(id, resource type) of everything that the call created, from its result."""
        ...

    def touched(self, operation: Operation, arguments: Arguments) -> Sequence[tuple[str, str]]:
        """(id, resource type) of every existing resource that the call would change."""
        ...

    def concerned(
        self, operation: Operation, arguments: Arguments, *, sent: bool = False
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Ids of what the call would change or replace, and of what else it names, there or not.

        More than `touched`: of kinds that nobody knows, too, and what a creation gives a name to.

        Args:
            sent: they are a call's, in which nothing is a reference, and not a program's.
        """
        ...

    def shown(self, operation: Operation, arguments: Arguments, before: Value) -> frozenset[str]:
        """Ids of what the call would change and does not name by them, from its before-image."""
        ...

    def before_image(self, operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments] | None:
        """The one read that tells what the call is about to change; None for a creation or a read."""
        ...

    def way_back(self, call: Call) -> WayBack:
        """How to take back a call that succeeded, from its arguments, result and before-image."""
        ...

    def undoability(self, operation: Operation, arguments: Arguments | None = None) -> WayBack:
        """What can be said of undo before the call is made, whatever its arguments or with these.

        `steps` is empty.
        """
        ...

    def facts(self, operation: Operation, arguments: Arguments, before: Value = None) -> Mapping[str, Value]:
        """What policies want to know and should not have to work out (see `Proposal.facts`).

        Args:
            before: descriptions of what is about to be changed, in any nesting; None: not looked at.
        """
        ...

    def facts_seen(
        self, known: Mapping[str, Value], operation: Operation, arguments: Arguments, before: Value
    ) -> Mapping[str, Value]:
        """As `facts` with `before`, from those that were known before anybody looked."""
        ...


class Prices(Protocol):
    """What things cost, with sources."""

    def usd_month(self, program: Program, there: Inventory = ...) -> float:
        """What performing the program adds to (or takes from) the monthly bill, at full use.

        Args:
            there: what it may change or end; empty: nobody looked.
        """
        ...

    def usd_month_most(self, program: Program, there: Inventory = ...) -> float:
        """The same, with every price at the top of its range, and without what is saved by an end."""
        ...

    def uncounted(self, program: Program) -> Sequence[tuple[str, str]]:
        """The steps of which it is not known what they cost, each with why."""
        ...

    def usd_month_of(self, resource: Resource) -> float:
        """What a thing costs a month as it stands there; 0 if nothing is known."""
        ...

    @property
    def edition(self) -> str:
        """Another one where things may cost something else than before."""
        ...


class Surveying(Protocol):
    """Reads whole accounts, as far as that is allowed."""

    def regions(self, caller: Caller, region: str) -> Sequence[str]:
        """Those that the account may use, asked in one of them.

        Raises:
            CloudFailed: That may not be asked.
        """
        ...

    def survey(self, caller: Caller, regions: Iterable[str]) -> Survey:
        """Every resource that we know how to read in those regions; what may not be read is told."""
        ...

    @property
    def containers(self) -> Sequence[str]:
        """Types that others are in, the outer ones first."""
        ...

    @property
    def parts(self) -> Sequence[str]:
        """Types that belong to the one thing that needs them."""
        ...


class Shaping(Protocol):
    """What people may prefer of things that are made, put into a creation's arguments.

    Arguments are as a program has them: strings may be references. None: it has no place in that operation.
    """

    def tagged(self, operation: Operation, arguments: Arguments, tags: Mapping[str, str]) -> Arguments | None:
        """With these tags on all that it makes; a tag that is there already stays as it is."""
        ...

    def sized(self, operation: Operation, arguments: Arguments, size: str) -> Arguments | None:
        """With machines of that type; the same if these need another kind of processor."""
        ...

    def encrypted(
        self, operation: Operation, arguments: Arguments, look: Caller, region: str
    ) -> Arguments | None:
        """With every disk that it makes encrypted.

        Raises:
            CloudFailed: What machines start from could not be looked at.
        """
        ...

    def size(self, operation: Operation, arguments: Arguments) -> str:
        """The type of the machines that it makes; empty: it makes none."""
        ...

    def names(self, operation: Operation, arguments: Arguments) -> Sequence[str]:
        """What the machines that it makes are called."""
        ...

    def is_free(self, operation: Operation, arguments: Arguments) -> bool:
        """Whether it makes something that could as well be in another region: it needs nothing by its id that
        holds machines' or disks' data.
        """
        ...


ReadInventory = Callable[[Caller, Iterable[str]], Inventory]


@dataclass(frozen=True)
class Cloud:
    """One cloud's knowledge, whole.

    Attributes:
        future: begins to carry a program out in thought, in an account of which the inventory is known
            (empty: nobody looked).
        closed_ports: those of machines that strangers must not reach.
    """

    name: str
    catalogue: Catalogue
    effects: Effects
    prices: Prices
    read_inventory: ReadInventory
    surveying: Surveying
    retracing: Retracing
    regions: frozenset[str] = field(default_factory=frozenset[str])
    future: Callable[[Inventory], Future] | None = None
    closed_ports: frozenset[int] = frozenset()
    documentation: Documentation | None = None
    convention: Callable[[Operation], Convention] = lambda _: Convention()
    trail: Trail | None = None
    shaping: Shaping | None = None
    remaking: Remaking | None = None
