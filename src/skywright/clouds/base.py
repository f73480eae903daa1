"""The faces that a cloud's knowledge shows to the rest of the house. Owns no knowledge itself."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skywright.model.call import Call
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.program import Program, Step
from skywright.model.resource import Inventory, Resource, Survey
from skywright.model.shape import Signature
from skywright.model.values import Arguments, Value


@dataclass(frozen=True, slots=True)
class Acceptor:
    """One rule of a waiter: `state` is entered when `matcher` sees `expected` (as in botocore's waiters)."""

    state: str
    matcher: str
    argument: str
    expected: Value


@dataclass(frozen=True, slots=True)
class Waiter:
    """A state to wait for: a reading operation and what its answers mean."""

    name: str
    operation: Operation
    acceptors: tuple[Acceptor, ...]
    delay_seconds: float
    attempts: int


class Catalogue(Protocol):
    """Which operations and waiters a cloud offers, and their types."""

    def services(self) -> Sequence[str]: ...

    def operations(self, service: str) -> Sequence[str]: ...

    def signature(self, operation: Operation) -> Signature:
        """The operation's types and effect.

        Raises:
            NotFound: No such operation; the sentence names the nearest that exists.
        """
        ...

    def waiters(self, service: str) -> Sequence[Waiter]:
        """Every waiter of a service; empty if it has none.

        Raises:
            NotFound: No such service.
        """
        ...

    def waiter(self, name: Operation) -> Waiter:
        """The waiter of that service and name (`ec2:instance_running`).

        Raises:
            NotFound: As above.
        """
        ...


class Caller(Protocol):
    """Somebody through whom operations can be called: always by way of a gate."""

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        """Perform one operation, all pages merged, and give its result as JSON values.

        Raises:
            CloudFailed: The cloud, or the gate, refused or failed it.
        """
        ...


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

    def returns(self, departures: Sequence[Departure]) -> Sequence[Return]:
        """The ways back, in the order in which they have to be gone."""
        ...

    def follows(self, type: str, path: str) -> bool:
        """Whether a field of that kind changes only with something else, so that it is not set by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Planned:
    """A step as it will be carried out, with what earlier steps give written in as far as that can be told.

    Attributes:
        waits: whether it waits for a state, which `operation` then names.
    """

    key: str
    operation: Operation
    arguments: Arguments
    region: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that must not be, and is if a program is carried out.

    Attributes:
        invariant: `lifetimes`, `freshness`, `reach`, `ranges`, `copies`, `health` or `undo`.
        step: the key of the step from which on it is so.
        says: what is so, in words that follow `step …: `.
        waivable: whether a person may have it so.
    """

    invariant: str
    step: str
    says: str
    waivable: bool = False


class Future(Protocol):
    """An account in thought, in which a program is carried out step by step."""

    def step(self, step: Planned) -> Value:
        """Carry a step out; what it would answer, as far as that can be told."""
        ...

    def end(self) -> tuple[Sequence[Breach], Sequence[tuple[str, Resource]]]:
        """What was breached, and what is left of what steps made or changed, with the last such step."""
        ...


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

    def usd_month(self, program: Program) -> float:
        """What performing the program adds to (or takes from) the monthly bill, at full use."""
        ...

    def usd_month_most(self, program: Program) -> float:
        """The same, with every price at the top of its range."""
        ...

    def usd_month_of(self, resource: Resource) -> float:
        """What a thing costs a month as it stands there; 0 if nothing is known."""
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


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something of an account that is not made again.

    Attributes:
        whole: whether it is the thing itself that is not.
    """

    resource: Resource
    why: str
    whole: bool = False


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


@dataclass(frozen=True, slots=True)
class Found:
    """An operation that was found for some words.

    Attributes:
        score: how likely it is the one that is meant, among all that were found.
    """

    operation: Operation
    score: float


class Documentation(Protocol):
    """What a cloud's documentation says of its operations."""

    def search(self, text: str, most: int = 20, services: Collection[str] = ()) -> Sequence[Found]:
        """The operations that the words most likely mean, the likeliest first.

        Args:
            services: only of these; empty: of all.

        Raises:
            Unavailable: It cannot be read.
        """
        ...

    def named(self, text: str) -> frozenset[str]:
        """The services that the text names.

        Raises:
            Unavailable: It cannot be read.
        """
        ...

    def called(self) -> Mapping[str, frozenset[str]]:
        """The words that each service is called by, in lower case.

        Raises:
            Unavailable: It cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """What is said in a word and stands at several places of an operation's arguments.

    Attributes:
        phrases: what it is called, each in words.
        gives: arguments, with `$` for the value.
        asks: the question for it; empty: it need not be said.
    """

    name: str
    phrases: tuple[tuple[str, ...], ...]
    gives: Arguments
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What goes with a member's value of some form, a regular expression."""

    member: str
    like: str
    gives: Arguments


@dataclass(frozen=True, slots=True)
class Convention:
    """What is taken for granted of an operation though its types do not tell.

    Attributes:
        defaults: arguments where nothing was said of them.
        because: the assumption that they are, in a sentence.
        known_as: what it is about, as people say it and the API does not, each in words.
        declines: why it is not planned out of words; empty: it is.
    """

    defaults: Arguments = field(default_factory=dict[str, Value])
    slots: tuple[Slot, ...] = ()
    forms: tuple[Form, ...] = ()
    because: str = ""
    known_as: tuple[tuple[str, ...], ...] = ()
    declines: str = ""


ReadInventory = Callable[[Caller, Iterable[str]], Inventory]
"""Reads the account's resources in the given regions."""


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
