"""The typed things that a text says: counts, names, places, sizes, disks, ports, tags. Owns the rules by
which words near a value tell what it is; must not know recipes, nor look at any cloud.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from skywright.brains.builtin.lexicon import NAMING, Lexicon, Mark
from skywright.brains.builtin.places import Place, places
from skywright.brains.builtin.quantities import Quantity, quantities
from skywright.brains.builtin.tokens import Token


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

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(concept for mark in self.marks for concept in mark.concepts)

    @property
    def spoken(self) -> str:
        """The corrected words, names and all."""
        return " ".join(token.word for token in self.tokens)

    @property
    def words(self) -> str:
        """The corrected words, for patterns."""
        return " ".join("§" if token.fixed or token.kind == "name" else token.word for token in self.tokens)


_PROTOCOLS = {
    "http": 80,
    "https": 443,
    "ssh": 22,
    "rdp": 3389,
    "mysql": 3306,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "mongodb": 27017,
    "smtp": 25,
    "ftp": 21,
    "ssl": 443,
    "tls": 443,
    "web": 80,
}
_DISK_TYPES = {
    "gp3": "gp3",
    "gp2": "gp2",
    "io1": "io1",
    "io2": "io2",
    "st1": "st1",
    "sc1": "sc1",
    "magnetic": "standard",
    "hdd": "st1",
    "ssd": "gp3",
    "cold hdd": "sc1",
    "throughput optimized": "st1",
}
_SIZE_WORDS = (
    "nano",
    "micro",
    "tiny",
    "smallest",
    "cheapest",
    "small",
    "medium",
    "large",
    "xlarge",
    "2xlarge",
    "4xlarge",
    "big",
    "huge",
    "beefy",
    "powerful",
    "little",
)
_MEMORY = frozenset({"memory", "ram", "mem", "dram"})
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "in",
        "on",
        "at",
        "for",
        "to",
        "with",
        "from",
        "of",
        "and",
        "or",
        "please",
        "that",
        "this",
        "which",
        "using",
        "by",
        "is",
        "are",
        "be",
        "it",
        "them",
        "as",
        "so",
        "behind",
        "running",
        "into",
        "under",
        "my",
        "our",
        "all",
        "each",
        "every",
        "one",
        "two",
        "three",
        "new",
        "now",
        "thanks",
        "then",
        "but",
        "also",
        "i",
        "we",
        "you",
        "instance",
        "vm",
        "server",
        "machine",
        "box",
        "disk",
        "volume",
        "load",
        "bucket",
    ]
)


def read(tokens: Sequence[Token], lexicon: Lexicon, regions: Collection[str]) -> Facts:
    """Everything that the tokens say."""
    numbers = quantities(tokens)
    facts = Facts(tokens=tuple(tokens), places=tuple(places(tokens, regions)))
    tags = _tags(tokens)
    names, named = _names(tokens, tags)
    blind = {place for found in facts.places for place in range(found.first, found.last)} | named
    visible = [replace(token, fixed=True) if at in blind else token for at, token in enumerate(tokens)]
    facts = replace(facts, marks=tuple(lexicon.marks(visible)), names=names, tags=tags)
    facts = _with_sizes(facts, numbers)
    facts = _with_ports(facts, numbers)
    return _with_rest(facts, numbers, named)


def _tags(tokens: Sequence[Token]) -> dict[str, str]:
    """`env=prod`, `tag it with key owner and value bob`, `tag owner as bob`."""
    tags: dict[str, str] = {}
    for token in tokens:
        if token.kind == "pair":
            key, value = re.split(r"\s*[=:]\s*", token.text, maxsplit=1)
            tags[key] = value.strip("\"'")
    if tags or not any(
        token.word in {"tag", "label", "tags", "tagged", "tagging", "labels", "labelled"} for token in tokens
    ):
        return tags
    text = " ".join(token.text if token.kind != "quoted" else f'"{token.text}"' for token in tokens)
    value = r'("[^"]+"|[\w./@+-]*\w[\w./@+-]*)'
    for pattern in (
        rf"\bkey (?:of |is |= )?{value}[ ,]*(?:and |with |, )?(?:the |a )?value (?:of |is |= )?{value}",
        (
            rf"\b(?:tag|label) (?:called |named |of )?{value} (?:with|and|to|of|set to|equal "
            rf"to|equals|is|being) (?:the |a )?(?:value )?(?:of )?{value}"
        ),
        rf"\b(?:set|change) (?:the |its |their )?{value} (?:tag|label)[^.]*? to {value}",
        rf"\bwith {value} (?:set to|equal to|equals|is|=) {value}",
        rf"\b(?:tags?|labels?) {value} : ?{value}",
        rf"\b(?:tags?|labels?) {value} {value}\s*$",
        rf"\b(?:add|put|give)[^.]*? {value} = {value}",
    ):
        match = re.search(pattern, text, re.I)
        if match and match[1].strip('"').lower() not in _STOP | {"on", "with"}:
            tags[match[1].strip('"')] = match[2].strip('"')
            break
    return tags


def _names(tokens: Sequence[Token], tags: dict[str, str]) -> tuple[tuple[str, ...], set[int]]:
    """Names that the text gives, and the tokens that they are made of."""
    for key in [key for key in tags if key.lower() == "name"]:
        return (tags.pop(key),), set()
    for at, token in enumerate(tokens):
        if token.word not in NAMING or token.fixed:
            continue
        start = at + 1
        while start < len(tokens) and tokens[start].word in {
            "it",
            "them",
            "is",
            "be",
            ":",
            "=",
            "as",
            "should",
            "the",
            "like",
            "each",
            "tag",
            "will",
            "must",
        }:
            start += 1
        names, used = _name_list(tokens, start, token.word in {"name", "names", "call"})
        if names:
            return names, used
    return (), set()


def _name_list(tokens: Sequence[Token], start: int, strict: bool) -> tuple[tuple[str, ...], set[int]]:
    names: list[str] = []
    used: set[int] = set()
    at = start
    while at < len(tokens):
        token = tokens[at]
        if not _can_name(
            token, bool(strict and not names and at == start and start) and tokens[start - 1].word == "name"
        ):
            break
        names.append(token.text)
        used.add(at)
        at += 1
        if (
            at + 1 < len(tokens)
            and tokens[at].word in {"to", "through", "thru", "-", ".."}
            and _can_name(tokens[at + 1], True)
        ):
            run = _range(token.text, tokens[at + 1].text)
            if run:
                names[-1:] = run
                used.add(at + 1)
                at += 2
        joined = at
        while joined < len(tokens) and tokens[joined].word in {",", "and", "&"}:
            joined += 1
        if joined == at or joined >= len(tokens) or not _joins(tokens, joined, token):
            break
        at = joined
    return tuple(names), used


def _can_name(token: Token, strict: bool) -> bool:
    if token.kind in ("quoted", "name"):
        return True
    return token.kind in ("word", "number") and token.word not in _STOP and not strict


def _joins(tokens: Sequence[Token], at: int, first: Token) -> bool:
    """Whether what follows an `and` is another name, not another thing to do."""
    token = tokens[at]
    if token.kind in ("quoted", "name"):
        return True
    after = tokens[at + 1].word if at + 1 < len(tokens) else "."
    return (
        first.kind == "word"
        and token.kind == "word"
        and token.word not in _STOP
        and after in {",", ".", "and", "&", "in", ";", "!", "behind", "on"}
    )


def _range(first: str, last: str) -> list[str]:
    """`web-1` to `web-3`."""
    start, end = re.match(r"^(.*?)(\d+)$", first), re.match(r"^(.*?)(\d+)$", last)
    if (
        not start
        or not end
        or end[1] not in ("", start[1])
        or not int(start[2]) < int(end[2]) <= int(start[2]) + 99
    ):
        return []
    width = len(start[2])
    return [f"{start[1]}{number:0{width}d}" for number in range(int(start[2]), int(end[2]) + 1)]


def _near(facts: Facts, first: int, last: int) -> list[str]:
    return [token.word if not token.fixed else "§" for token in facts.tokens[max(0, first) : last]]


def _with_sizes(facts: Facts, numbers: Sequence[Quantity]) -> Facts:
    """Cores and memory of a machine, sizes of disks, machine types and sizes in words."""
    cores = memory = None
    disks: list[Disk] = []
    loose: list[Quantity] = []
    disk_places = [mark.first for mark in facts.marks if mark.concepts & {"disk", "root_disk", "snapshots"}]
    for number in numbers:
        if number.unit == "core":
            cores = number.value
        elif number.unit == "gb":
            role = _role(facts, number, disk_places)
            if role == "memory":
                memory = number.value
            elif role:
                disks.append(Disk(max(1, round(number.value)), role == "root", number.first))
            else:
                loose.append(number)
    for number in loose:
        small = number.value in (0.5, 1, 2, 4, 8, 16, 32, 64) and not disk_places
        if memory is None and ((cores is not None and not disks) or small):
            memory = number.value
        else:
            disks.append(Disk(max(1, round(number.value)), False, number.first))
    text = facts.words
    types = tuple(token.word for token in facts.tokens if token.kind == "type")
    size = next(
        (word for word in _SIZE_WORDS if re.search(rf"(?<!as )(?<!twice )\b{word}\b(?! as| enough)", text)),
        "",
    )
    kind = next((value for word, value in _DISK_TYPES.items() if re.search(rf"\b{word}\b", facts.spoken)), "")
    return replace(
        facts, cores=cores, memory_gb=memory, disks=tuple(disks), types=types, size_word=size, disk_type=kind
    )


def _role(facts: Facts, number: Quantity, disk_places: Sequence[int]) -> str:
    """What a number of gigabytes is of: `memory`, `root`, `disk`, or nothing that can be told."""
    after = _near(facts, number.last, number.last + 4)
    if "," in after:
        after = after[: after.index(",")]
    before = _near(facts, number.first - 4, number.first)
    if _MEMORY & set(after[:3]) and not {"disk", "volume"} & set(after[:2]):
        return "memory"
    later = [place for place in disk_places if number.last <= place <= number.last + 5]
    if later and "and" not in _near(facts, number.last, later[0]):
        return "root" if _is_root(facts, later[0]) else "disk"
    if _MEMORY & set(before[-3:]):
        return "memory"
    earlier = [place for place in disk_places if number.first - 8 <= place < number.first]
    if earlier:
        return "root" if _is_root(facts, earlier[-1]) else "disk"
    nouns = {"vm", "machine", "box", "server", "instance", "node", "host"}
    return "memory" if nouns & set(after[:2]) else ""


def _is_root(facts: Facts, place: int) -> bool:
    return any("root_disk" in mark.concepts for mark in facts.marks if mark.first <= place < mark.last)


def _words(facts: Facts) -> list[str]:
    return ["§" if token.fixed or token.kind == "name" else token.word for token in facts.tokens]


def _with_ports(facts: Facts, numbers: Sequence[Quantity]) -> Facts:
    # Numbers that count something else are struck out, so that they can't be taken for ports.
    other = {place for number in numbers if number.unit for place in range(number.first, number.last)}
    plain = {
        number.first: f"{number.value:g}" for number in numbers if not number.unit and number.value >= 20
    }
    text = (
        " ".join("§" if at in other else plain.get(at, token) for at, token in enumerate(_words(facts)))
        if other or plain
        else facts.words
    )
    inside = outside = None
    found: list[int] = []
    for token in facts.tokens:
        if token.kind == "mapping":
            outside, inside = (int(part) for part in re.findall(r"\d+", token.word))
    number = r"(?:port |tcp |tcp/|http |https )*(\d{1,5})"
    there = re.search(rf"\bfrom {number}(?: on \w+)* (?:to|->|onto|into) {number}\b", text)
    if there:
        outside, inside = int(there[1]), int(there[2])
    sent = re.search(
        r"\b(?:forward\w*|rout\w+|send\w*|pass\w*|prox\w+|redirect\w*|relay\w*|target\w*|"
        r"backend|back end|internal|inside|direct\w*|map\w*|onto|hits?)\b"
        rf"(?:(?!\bport \d|\blisten)[^.;\d]){{0,50}}?\b(?:to|on|at|port|ports|is|:|=)? ?{number}\b",
        text,
    )
    behind = re.search(
        (
            rf"\b(?:app\w*|service|servers?|instances?|machines?|vms?|boxes|nodes?|they|backends?|"
            rf"targets?|which|that|each)\b[^.;\d]{{0,20}}?\b(?:listen\w*|runs?|running|serv\w+|"
            rf"are on|is on|answer\w*|speak\w*)\b[^.;\d]{{0,20}}?{number}\b"
        ),
        text,
    )
    for match in (sent, behind):
        if inside is None and match and not re.search(r"balancer[^.;]{0,20}$", match.group()):
            inside = int(match[1])
    ports = re.findall(
        (
            r"\b(?:ports?|tcp|udp)(?: number| numbers| no)?[ :#]*((?:\d{1,5}(?:(?: ?,? ?(?:and|"
            r"&|,|or|to)? ?)(?=\d{1,5}\b(?! ?(?:gb|gib|%|percent|x)))|))+)"
        ),
        text,
    )
    for group in ports:
        found += [int(part) for part in re.findall(r"\d{1,5}", group)]
    listen = re.search(
        (
            rf"\b(?:listen\w*|come in|comes in|coming in|arrives?|connects?|hits?|expos\w+|reachable|"
            rf"available|accept\w*|frontend|front|public|serves?|serving|traffic|open)\b[^.;\d]{{0,30}}?\b(?:on|"
            rf"at|port|for|to)? ?{number}\b(?! ?(?:gb|gib|tb|x|percent|%|vm|server|machine|instance|"
            rf"node|box))"
        ),
        text,
    )
    if listen and outside is None and (int(listen[1]) != inside or text.count(listen[1]) > 1):
        outside = int(listen[1])
    found += [value for value in (outside, inside) if value is not None]
    found += [
        port
        for word, port in _PROTOCOLS.items()
        if re.search(
            (
                rf"(?<![\w-])(?:{word})\b(?! ?server| ?\d| ?host| ?tier| ?box| ?node| ?machine|"
                rf" ?vm| ?app| ?instance| ?key| ?front)"
            ),
            text,
        )
    ]
    unique = tuple(dict.fromkeys(port for port in found if 0 < port < 65536))
    return replace(facts, ports=unique, outside=outside, inside=inside)


def _with_rest(facts: Facts, numbers: Sequence[Quantity], named: set[int]) -> Facts:
    tokens = facts.tokens
    taken = {place for found in facts.places for place in range(found.first, found.last)} | named
    mentions = tuple(
        token.text
        for at, token in enumerate(tokens)
        if at not in taken and (token.kind in ("quoted", "name") or (token.kind == "word" and token.fixed))
    )
    count, vague = _count(facts, numbers)
    percents = [number.value for number in numbers if number.unit == "percent"]
    minutes = [
        number.value * (60 if number.unit == "hour" else 1)
        for number in numbers
        if number.unit in ("minute", "hour")
    ]
    iops = [number.value for number in numbers if number.unit == "iops"]
    factor = (
        2.0
        if re.search(
            r"\b(?:twice|double\w*|doubling|2 ?x (?:the|as|larger|bigger)|two times|2 times)\b", facts.words
        )
        else None
    )
    if factor is None and re.search(r"\b(?:half (?:the|as|its)|halve\w*|halving)\b", facts.words):
        factor = 0.5
    return replace(
        facts,
        mentions=mentions,
        ids=tuple(token.text for token in tokens if token.kind in ("id", "arn")),
        count=count if count is not None or len(facts.names) < 2 else len(facts.names),
        vague_count=vague,
        percent=percents[0] if percents else None,
        minutes=int(minutes[0]) if minutes else None,
        iops=int(iops[0]) if iops else None,
        cidrs=tuple(token.word for token in tokens if token.kind == "cidr"),
        device=next((token.word for token in tokens if token.kind == "device"), ""),
        factor=factor,
    )


def _count(facts: Facts, numbers: Sequence[Quantity]) -> tuple[int | None, bool]:
    """How many machines: a number before the word for one, or after it as in `VMs x3` and `vms: 3`."""
    nouns = [mark for mark in facts.marks if "vm" in mark.concepts]
    barriers = {",", ".", ";", "with", "and", "on", "in", "to", "for", "at", "from", "behind"}
    for number in numbers:
        if number.unit not in ("", "times") or number.value != int(number.value):
            continue
        for noun in nouns:
            gap = _near(facts, number.last, noun.first)
            if (
                0 <= noun.first - number.last <= 6
                and not barriers & set(gap)
                and noun.first >= number.last
                and not _other(facts, number.last, noun.first)
            ):
                return int(number.value), number.vague
    for number in numbers:
        if number.unit not in ("", "times"):
            continue
        before, after = (
            _near(facts, number.first - 3, number.first),
            _near(facts, number.last, number.last + 2),
        )
        if (
            before[-1:] == ["x"]
            or number.unit == "times"
            or after[:2] in (["of", "them"], ["of", "those"], ["of", "these"])
        ):
            return int(number.value), number.vague
        if any(noun.last in (number.first, number.first - 1) for noun in nouns) and before[-1:] in (
            [":"],
            ["="],
            ["x"],
            ["("],
        ):
            return int(number.value), number.vague
        if any(token.kind == "type" for token in facts.tokens[number.last : number.last + 1]):
            return int(number.value), number.vague
        if {"fleet", "cluster", "group", "set", "number", "total", "count"} & set(before):
            return int(number.value), number.vague
    return None, False


def _other(facts: Facts, first: int, last: int) -> bool:
    """Whether something else that can be counted stands between."""
    things = {"disk", "lb", "network", "port", "snapshots", "images", "address", "zone"}
    return any(
        mark.concepts & things and not mark.concepts & {"vm"}
        for mark in facts.marks
        if first <= mark.first < last
    )
