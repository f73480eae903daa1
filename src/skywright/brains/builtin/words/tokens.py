"""Splitting words into tokens. Owns what a token looks like; knows nothing of what any of them means.

Names, identifiers and quoted text come out whole and exactly as they were written: nothing
later may correct or interpret them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from skywright.brains.builtin.words.commands import plainly
from skywright.brains.builtin.words.corrections import corrected

Kind = Literal[
    "word",
    "number",
    "quoted",
    "id",
    "arn",
    "cidr",
    "type",
    "place",
    "device",
    "path",
    "pair",
    "mapping",
    "name",
    "mark",
]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a request.

    Attributes:
        text: as it was written, without quotation marks.
        word: in lower case, corrected if it was a typing error.
        start, end: where it stands in the cleaned text.
        fixed: belongs to a name, and is neither corrected nor read as a word.
    """

    text: str
    word: str
    kind: Kind
    start: int
    end: int
    fixed: bool = False


QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_SAME = str.maketrans({"–": "-", "—": " - ", "→": "->", "×": " x ", "…": "..", "\u00a0": " "})
# Bounds of what is tried at every place of a text, which else took a time that grows with the text's square.
_LONGEST, _LONGEST_KEY = 24, 128
_FAMILIES = "us|eu|ap|sa|ca|me|af|il|mx|cn|uk|au|na"
_SIDES = "north|south|east|west|central|northeast|northwest|southeast|southwest"
_IDS = "i|vol|subnet|sg|vpc|ami|eni|snap|eipalloc|eipassoc|rtb|igw|sgr"
_UNITS = (
    "gibibytes?|gigabytes?|gigs?|gib|gb|g|tebibytes?|terabytes?|tib|tb|t|mebibytes?|megabytes?|megs?|mib|mb|"
    "vcpus?|vcores?|cores?|cpus?|c|iops|percent|am|pm|minutes?|mins?|hours?|hrs?|days?|x|k|m"
)
_SIZES = r"nano|micro|small|medium|large|x?large|\d+xlarge|metal(?:-\w+)?"
TYPE: Final = rf"[a-z][a-z0-9-]{{0,{_LONGEST}}}\d[a-z0-9-]{{0,{_LONGEST}}}\.(?:{_SIZES})"
"""A type of machine, of one of the sizes that there are."""
_LIKE_TYPE = rf"[a-z]{{1,3}}\d{{1,{_LONGEST}}}[a-z]{{0,4}}\.[a-z0-9]+"
ANY_TYPE: Final = rf"(?:{TYPE}|{_LIKE_TYPE})"
"""What is one or looks like one: the size may be made up."""
_COUNTED = (
    r"(?:new|fresh|more|extra|additional|x|vms?|servers?|machines?|nodes?|box(?:es)?|hosts?|instances?|targets?"
    r"|backends?|[gt]i?b)\b"
)
_PATTERN = re.compile(
    rf"""
    (?P<arn>arn:aws[\w-]*:[^\s,;"']+)
  | (?P<id>\b(?:{_IDS})-[0-9a-f]{{8,17}}\b(?!-\w))
  | (?P<quoted>"[^"]+"|`[^`]+`|(?<![\w)])'[^']+'(?!\w))
  | (?P<cidr>\b\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?:/\d{{1,2}})?(?!\w)|::/0)
  | (?P<type>\b{ANY_TYPE}\b)
  | (?P<place>\b(?:{_FAMILIES})-(?:gov-)?(?:{_SIDES})-?\d+[a-f]?\b(?!-\w))
  | (?P<device>/dev/[a-z0-9]+|\b(?:xvd[a-z]{{1,2}}|sd[b-z])\b(?![-_.]\w))
  | (?P<path>(?<![\w/<.])/[A-Za-z][\w.-]*(?:/[\w-]+)*)
  | (?P<mapping>\b\d{{1,5}}\s*(?:->|=>|:)\s*\d{{1,5}}\b(?!\s*(?:\*|{_COUNTED}|{_LIKE_TYPE})))
  | (?P<pair>\b(?=\d{{1,{_LONGEST}}}[A-Za-z])\w{{1,{_LONGEST_KEY}}}=(?:"[^"]*"|'[^']*'|[^\s,;"']*[\w])
      |[A-Za-z][\w./-]{{0,{_LONGEST_KEY}}}\s?=\s?(?:"[^"]*"|'[^']*'|[^\s,;"']*[\w])
      |\b[A-Za-z][\w./-]{{0,{_LONGEST_KEY}}}:(?:"[^"]*"|'[^']*'|[A-Za-z][\w./-]*))
  | (?P<measured>(?<![\w.-])\d[\d,]{{0,{_LONGEST}}}(?:\.\d+)?-?(?:{_UNITS})(?![\w-]))
  |
  (?P<number>(?<!\S)-\d+(?:\.\d+)?(?![\w-])|(?<![\w.-])\d{{1,3}}(?:,\d{{3}})+(?![\w])|(?<![\w.-])\d+(?:\.\d+)?(?![\w-]))
  | (?P<word>[^\W_][\w'&]*(?:[-_./][\w']+)*)
  | (?P<mark>->|=>|[\n.,;:!?()&+%/$#<>|"'@*=\[\]{{}}\\-])
""",
    re.VERBOSE | re.IGNORECASE,
)
_HESITATION = r"(?:u+h+|u+h*m+|e+h*r+m+|h+m{2,}|e+h+m+)"
_COUNT = r"(?:[2-9]|\d\d|two|three|four|five|six|seven|eight|nine|ten)"
_MACHINE = r"(?:vm|server|machine|box|instance|node|host|computer)"
_SCARE = re.compile(
    r"(?<!named )(?<!called )(?<!name )(?<![\w=:])(['\"])((?:an?|one|two|three|\d+) [\w -]{0,40}?"
    r"(?:vm|server|machine|box|instance|node|host|disk|volume|balancer|network|vpc|subnet)(?:s|es)?)\1(?!\w)",
    re.I,
)
"""`they say I need 'a VM'`: what somebody only calls a thing, and no name."""
_NEXT = r"[.,;]?\s+(?:and )?(?:the )?"
_SPOKEN = (
    (
        rf"\b(?:the )?first(?: one)? ?[:=] ?(\S+?){_NEXT}second(?: one)? ?[:=] ?(\S+?)"
        rf"(?:{_NEXT}third(?: one)? ?[:=] ?(\S+?))?(?=[.,;!\s]|$)",
        lambda match: "named " + ", ".join(filter(None, match.groups())),
    ),
    (r"(?<=\s)[:;=]-?[)(DPp]+(?=\s|$)", "."),
    (rf"(?<![\w.-]){_HESITATION}(?![\w.-]\w),? ?", ""),
    (rf"\b({_COUNT} (?:\w+ ){{0,2}}{_MACHINE})'s\b", r"\1s"),
    (rf"\b({_COUNT} (?:brand[- ])?(?:new|fresh) (?:ec2 )?)targets\b", r"\1machines"),
    (rf"\b({_COUNT}) (?:nos?|nr|pcs|units)\b\.?(?: of)? (?=(?:\w+ ){{0,2}}{_MACHINE}(?:s|es)?\b)", r"\1 "),
    (r"(?<!\w)'em\b", "them"),
    (r"\binfront\b", "in front"),
    (
        r"\b(two|three|four|five|six|\d{1,2})(?:-|\. )"
        r"(?=(?:node|machine|server|vm|instance|box|host)(?:s|es)?\b)",
        r"\1 ",
    ),
    (r"(?:, not (?:one|two|three|four|five|six|\d+)(?=\s*[,.;)]|$))+,?", ""),
    (
        r"\b(?:(?:to|for|from|on|against) )?(?:every(?:one|body)|any(?:one|body)|all|the world|nobody|no ?one"
        r"|none)(?: else)?,? (?:except|but|other than|apart from|besides|outside)(?: for| of| from)? "
        r"(?=(?:\S+ )?\d+\.\d+\.\d)",
        "only ",
    ),
    (r"\b(?:have|has|am in|are in|is in) need of\b", "need"),
    (
        r"\b(?:it|there) (?:must|should|shall|has to|have to|needs? to) (?:exist|be) "
        r"(?=(?:an?|one|two|three|four|five|six|\d{1,2}) (?:\w+ )?(?:vm|machine|server|box|inst|node|load))",
        "create ",
    ),
    (
        r"(?:^|(?<=[.;!?\n] ))(?:(?:oh|sorry|and|i),? )*(?:forgot(?:ten)? to (?:say|mention|add)"
        r"|one more thing|by the way|btw|p\.?s\.?|nb|addendum)\s*[:,-]\s*",
        "",
    ),
    (
        r"(^|[.!?;,]\s)(names?|hostname|type|size|region|place|location)\s?\?\s+"
        r"(?:(?:let'?s )?say,? |well,? |make it )?(?=\w)",
        r"\1\2: ",
    ),
    (r"(?:^|(?<=[.!?] ))(?:how|what) about (?=\w{3,}ing\b)", "please "),
    (r"\bspot-ify(?:ing)?\b", "convert to spot"),
    (
        r"\b(\S{1,64}) (up|on|off|down|running|alive|stopped)\W{1,3}(?:y ?/ ?n|yes ?/ ?no|yes or no)(?!\w)",
        r"is \1 \2 ?",
    ),
    (r"\bgimme\b", "give me"),
    (
        r"\b(?:turn|switch|power|flip)(?:ing)? ((?:[\w-]+ ){1,5}?)off(?: and)?(?: then| back)? on"
        r"(?: again\b|(?= *(?:[,.!;]|$|please|pls|now)))(?! *\?)",
        r"restart \1",
    ),
    (r"\b(?:turn|switch|power) off(?: and)?(?: then| back)? on again\b", "restart"),
    (r"(?<=\w)-(?=(?:based|hosted|located)\b)", " "),
    (r"(?<=\w)\.\.+(?=\w)", " to "),
    (r"(?<=\w)-wise\b", " wise"),
    (r"\b(?:to be |be )?(?:known as|going by|goes by|(?:by|under|bearing) the name(?: of)?)(?= \S)", "named"),
    (r"(?<![\w.-])(\d{1,2})(?=(?:vms?|servers?|boxes|machines?|nodes?|instances?)\b)", r"\1 "),
    (r"\b(?:is|are) (?=(?:needed|required|wanted)\b)", ""),
    (r"(?<=\d)/(?=[A-Za-z][\w-]*\d(?:[/\s,.;:]|$))", ", "),
    (r";(?= *\w+ ?[=:] ?\w)", ","),
    (r"(?<=vm |ms |es |rs |ts |ox )x(\d{1,3})(?=[\s,.]|$)", r"x \1"),
    (r"(\.\w*(?:nano|micro|small|medium|large) )x ?(\d{1,3})(?=[\s,.]|$)", r"\1x \2"),
    (r"(?<!\S)--(count|size|iops|type|region|name|zone|port|instance-type)[ =](?=\S)", r"\1="),
    (r"\b(?:an? )?half-(?=tera|giga|dozen)", "half a "),
    (r"(?<=\d{4})-(?=\d{4,5}\b)", " to "),
    (r"(?<=\d)-(?=(?:giga|gibi|tera|tebi)bytes?\b)", " "),
    (r"\b(?:one|1)[- ]min(?:ute)?\b|\b(?:sixty|60)[- ]?s(?:ec(?:ond)?s?)?(?=[\s.,;!?]|$)", "one-minute"),
)
"""What is said in one way as in another: `a..c` is `a to c`, `n1/n2` a list."""
_NAMING = re.compile(
    r"\b(?:named?|called?|naming|calling)(?:\s+(?:it|them|is|as|of|to))?\s*[:=]?\s*(?P<rest>.+)$", re.I
)
_HOSTILE = re.compile(r"[;|`<>]|\$[({]|&&|--|#|\\")
_COMPOUND = re.compile(
    r"^[a-z]+-(?:ish|proof|wise|level|wide|only|like|free|ready|facing|optimi[sz]ed|friendly|related|aware)$",
    re.I,
)
_NAMELIKE = re.compile(r"^(?=.*[A-Za-z])(?:.*\d.*|.*[-_].*)$")


def clean(words: str) -> str:
    """The same words with one kind of quotation mark, dash and way of saying; quoted text stays as it is."""
    plain = _SCARE.sub(r"\2", words.translate(QUOTES))
    parts = re.split(r"""("[^"]*"|`[^`]*`)""", plain)
    return "".join(part if at % 2 else _plain(part) for at, part in enumerate(parts)).strip()


def _plain(text: str) -> str:
    plain = corrected(re.sub(r"[ \t\r\f\v]+", " ", text.translate(_SAME)))
    plain = plainly(plain)
    for pattern, instead in _SPOKEN:
        plain = re.sub(pattern, instead, plain, flags=re.I)
    if re.search(r"(?<![\w.])\(?1[.)]\s", plain) and re.search(r"(?<![\w.])\(?2[.)]\s", plain):
        plain = re.sub(r"(?<![\w.])\(?[1-9][.)](?=\s)", " ", plain)  # `(1) three servers, (2) a balancer`
    return plain


def tokenise(text: str) -> list[Token]:
    """The tokens of a cleaned text, in order; line ends count as full stops."""
    tokens: list[Token] = []
    gone = 0
    while (awkward := _awkward_name(text))[1] is not None:
        start, name = awkward
        found = [*tokenise(text[:start]), Token(name, name, "quoted", start, start + len(name), True)]
        tokens += (_moved(token, gone) for token in found)
        rest = text[start + len(name) :].lstrip("\"'")
        gone, text = gone + len(text) - len(rest), rest
    for match in _PATTERN.finditer(text):
        tokens += (_moved(token, gone) for token in _tokens(match))
    return tokens


def _moved(token: Token, by: int) -> Token:
    return Token(token.text, token.word, token.kind, token.start + by, token.end + by, token.fixed)


def _awkward_name(text: str) -> tuple[int, str] | tuple[int, None]:
    """A name after `named` and the like that no ordinary quoting holds, such as `"; rm -rf ~ #`.

    It is taken exactly: up to the last mark of the kind that opened it, or else to the end.
    """
    naming = _NAMING.search(text)
    if naming is None or not _HOSTILE.search(naming["rest"]):
        return 0, None
    rest, start = naming["rest"], naming.start("rest")
    opener = rest[0]
    if opener in "'`\"":
        close = rest.find(opener, 1)
        if close > 1 and (close + 1 == len(rest) or not rest[close + 1].isalnum()):
            return 0, None  # ordinarily quoted
        last = rest.rfind(opener)
        if last > 1:
            return start + 1, rest[1:last]
        return start, rest.rstrip()
    first = rest.split(maxsplit=1)[0]
    if not _HOSTILE.search(first):
        return 0, None
    stop = re.search(r"\s(?:in|with|on|behind|and|that|using|of|at)\s", rest)
    return start, rest[: stop.start()] if stop else rest.rstrip()


def _tokens(match: re.Match[str]) -> list[Token]:
    kind, text = match.lastgroup or "word", match.group()
    start, end = match.span()
    if kind == "quoted":
        return [Token(text[1:-1], text[1:-1], "quoted", start, end, True)]
    if kind == "measured":
        split = re.match(r"[\d,.]+", text)
        cut = split.end() if split else len(text)
        number, unit = text[:cut].replace(",", ""), text[cut:].lstrip("-")
        return [
            Token(number, number, "number", start, start + cut),
            Token(unit, unit.lower(), "word", start + cut, end),
        ]
    if kind == "number":
        plain = text.replace(",", "")
        return [Token(plain, plain, "number", start, end)]
    if kind == "pair" and re.match(r"https?:|name=\s*$", text, re.I):
        kind = "word"
    if kind == "word":
        return [_word(text, start)]
    if kind == "type":
        text = re.sub(rf"\.({_SIZES})s$", r".\1", text, flags=re.I)  # `a dozen t3.nanos`
    if text == "\n":
        return [Token(".", ".", "mark", start, end)]
    fixed = kind in ("id", "arn", "pair", "device", "path")
    return [Token(text, text.lower(), kind, start, end, fixed)]  # type: ignore[arg-type]


def _word(text: str, start: int) -> Token:
    stripped = text.rstrip("'.-_/")
    if _COMPOUND.match(stripped):
        return Token(stripped, stripped.lower(), "word", start, start + len(stripped))
    if _NAMELIKE.match(stripped):
        stripped = stripped.removesuffix("'s")  # `web-1's disk`
    kind: Kind = "name" if _NAMELIKE.match(stripped) else "word"
    return Token(stripped, stripped.lower(), kind, start, start + len(stripped))


def spoken(tokens: Sequence[Token]) -> str:
    """The words as one text, for patterns; `§` for what is a name."""
    return " ".join("§" if token.fixed else token.word for token in tokens)
