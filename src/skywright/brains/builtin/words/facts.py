"""What one text says, typed: counts, names, places, sizes, disks, ports, tags. The rules: `reader`."""

from dataclasses import dataclass, field

from skywright.brains.builtin.words.lexicon import Mark
from skywright.brains.builtin.words.places import Place
from skywright.brains.builtin.words.tokens import Token


@dataclass(frozen=True)
class Disk:
    """A disk that was spoken of: its size, and whether it is the one that the machine starts from."""

    size_gb: int
    root: bool
    place: int


@dataclass(frozen=True)
class Facts:
    """What one text says, by kind. Nothing here has been compared with the cloud yet.

    Attributes:
        names: given after `named`, `called` and the like, or as `Name=…`.
        mentions: names and identifiers that stand by themselves, and may be of things that exist.
        ports: said without a direction; `outside` and `inside` with one.
        factor: of a size relative to the present one, such as 2 or 0.5.
        balancer: the name that a load balancer is to have.
        path: of an address, such as `/healthz`.
        others: names, in lower case, of existing things that are no machines (see `anchors`).
    """

    tokens: tuple[Token, ...] = ()
    marks: tuple[Mark, ...] = ()
    count: int | None = None
    vague_count: bool = False
    names: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    types: tuple[str, ...] = ()
    size_word: str = ""
    cores: float | None = None
    memory_gb: float | None = None
    disks: tuple[Disk, ...] = ()
    disk_count: int | None = None
    disk_type: str = ""
    iops: int | None = None
    ports: tuple[int, ...] = ()
    outside: int | None = None
    inside: int | None = None
    cidrs: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict[str, str])
    percent: float | None = None
    minutes: int | None = None
    device: str = ""
    factor: float | None = None
    others: frozenset[str] = frozenset()
    balancer: str = ""
    path: str = ""

    @property
    def data_sizes(self) -> list[int]:
        """The sizes of the disks that are no root disks, one for each of them."""
        sizes = [disk.size_gb for disk in self.disks if not disk.root]
        return sizes * (self.disk_count or 1) if len(sizes) == 1 else sizes

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(concept for mark in self.marks for concept in mark.concepts)

    def near(self, first: int, last: int) -> list[str]:
        """The words of the tokens from `first` to before `last`; `§` for what can't be one."""
        return [token.word if not token.fixed else "§" for token in self.tokens[max(0, first) : last]]

    @property
    def spoken(self) -> str:
        """The corrected words, names and all."""
        return " ".join(token.word for token in self.tokens)

    @property
    def plain(self) -> list[str]:
        """The corrected word of each token; `§` for a name, an identifier or quoted text."""
        return ["§" if token.fixed or token.kind == "name" else token.word for token in self.tokens]

    @property
    def words(self) -> str:
        """The same as one text, for patterns."""
        return " ".join(self.plain)
