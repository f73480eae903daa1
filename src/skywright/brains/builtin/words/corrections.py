"""What somebody takes back in the same breath: `three, no wait, four`, `never mind, just reboot it`.

Owns putting the later in the place of the earlier, before anything is read. Quoted text is left alone by
who calls it. Must not know recipes, nor which names exist.
"""

import re
from functools import lru_cache

from skywright.brains.builtin.words.vocabulary import file

_TENS = (
    "(?:one |two |five )?hundred|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -][a-z]+)?|"
    "five|ten|twelve|fifteen"
)
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen"
_MACHINES = "vms?|machines?|servers?|box(?:es)?|instances?|nodes?|hosts?|computers?"
_NAME = r"(?:[a-z][a-z0-9]*(?:[-_][a-z0-9]+){1,16}|[a-z]+\d+)"
_MENDS = (
    r"\s*[,.;:!(–—-]*\s*(?:(?:oh|er|uh|um|ah|ok|argh)\s*,?\s*)?"
    r"(?:no,? (?:wait|sorry)|wait,? no|wait(?=\s*[,.:;!–—-])|sorry|apologies|pardon(?: me)?|"
    r"my (?:bad|mistake)|w?hoops|correction|scratch that|strike that|i meant?|"
    r"(?<=[,.;–—-]\s)no(?=\s*[,.:;–—-])|or rather|actually)\s*[,.:;!–—-]*\s*"
    r"(?:(?:make (?:that|it)|i meant?|sorry|actually|rather|it'?s|it should be|should be)\s*[,:]?\s*)*"
)
_KINDS = (
    r"\d+(?:\.\d+)? ?(?:gb|gib|gigs?|tb)\b",
    r"[a-z]{1,3}\d+[a-z]*\.[a-z0-9]+\b",
    rf"\b{_NAME}(?![\w.-])",
    rf"\b(?:{_NUMBERS}|\d{{1,5}})\b(?! ?(?:gb|gib|gigs?|tb|min|hour|day|week|o'clock|am|pm|%))",
)
"""What stands for what: a size for a size, a type for a type, a name for a name, a number for a number."""
_CALLED = r"\b((?:called|named|calling it|call (?:it|them)|name (?:it|them)|the name(?: is)?) )"
_ORDERS = (
    "make|create|give|set|spin|launch|start|stop|restart|reboot|attach|add|show|tell|turn|enable|convert|switch|"
    "move|put|get|build|rename|tag|open|close|list|check|what|which|is|are|i need|i want|we need|we want|"
    "deploy|provision|bring|run|do|resize|use|snapshot|protect|can you|could you|please"
)
_TAKEN_BACK = re.compile(
    r"^(?P<before>.*?)[\s,.;!?–—-]*\b(?:(?:actually|oh|ah|ok|okay|no|wait|hang on|hold on)\s*,?\s*)*"
    r"(?:never ?mind(?: that)?|scratch that|strike that|forget (?:it|that|what i said)|on second thoughts?)"
    rf"\s*[,.;:!–—-]+\s*(?:(?:just|instead|rather|simply|only|let'?s|better)\s+)*(?P<after>(?:{_ORDERS})\b.*)$",
    re.I | re.S,
)
_ONE = re.compile(
    r"\b((?:make|get|give|create|set up|build|spin up|need|want|launch|provision)(?: me| us)? )"
    r"(one|another)\b(?! (?:of|more|new|gb|\w+ (?:disk|volume)))",
    re.I,
)
_ONES = re.compile(
    rf"\b((?:{_NUMBERS}|\d{{1,2}}) "
    r"(?:(?:brand[- ])?(?:new|fresh|more|extra|additional|identical|small|big|cheap) )+)(?:ones?)\b",
    re.I,
)
_UP = re.compile(
    rf"\b(set|spin|fire|stand|bring) ((?:{_NUMBERS}|another)) up\b(?! (?:{_MACHINES}|disk|volume|bucket))",
    re.I,
)
_THINGS = re.compile(rf"\b(?:({_MACHINES})|disks?|volumes?|drives?|buckets?|networks?)\b", re.I)
_AS_SUBJECT = (
    "(?:needs?|should|must|has|is|gets?|wants?|requires?|was|keeps?|can|could|and|or|to|please|as|in)"
)
_TICKET = re.compile(
    r"(?m)(?:^|(?<=[.;]\s))\s*(?:(?i:ticket|incident|case|change|story|issue)\s+)?"
    rf"\[?(?:[A-Z]{{2,8}}-\d{{3,7}}|[A-Z]{{2,8}}-\d{{1,2}}(?=.*\b{_NAME}\b))\]?"
    r"(?:(?<=\])|(?=(?: [a-zA-Z/ ]{2,30})?\s*[:–—-]\s)"
    rf"|(?<=\d{{3}})(?= (?!{_AS_SUBJECT}\b)[a-z].*\b(?!(?:on|re|so|co|pre|non|one)-)[a-z]\w*[-_]\w+))"
    r"(?:\s*[:–—-](?=\s))?"
)
"""`OPS-118: restart api-7`: the number of a ticket, where a name comes after it."""
_HEAD = re.compile(
    r"^\s*(?:subject|re|betreff)\s*:\s*(?:[a-z]+ ?){1,4}[.!]?\n(?=\s*\S)|^(?:from|to|cc|date):.*\n|"
    r"^\s*(?:(?:type|issue type)\s*[:=]\s*(?:task|story|bug|request|change|incident|epic)|"
    r"(?:priority|prio|assignee|reporter|requester|requested by|approved by|urgency|severity)\s*[:=].*|"
    r"status\s*[:=]\s*(?:open|new|to ?do|approved|pending|in progress|backlog))\s*(?:\n|$)",
    re.I | re.M,
)
"""The head of a message or a ticket, where it says nothing that its text does not say."""
_OF_ONE = re.compile(
    r"\b(?P<before>stop|start|restart|reboot|of|for|on|to|from|about) "
    rf"(?!(?:the|me|us|it|this|that|my|our|you)\b)[a-z]\w{{2,}}{_MENDS}"
    rf"(?P<new>(?!(?:{_ORDERS}|thanks|thank|again|everyone|not|dont|leave|all|both)\b)[a-z][\w-]{{2,}})"
    r"(?=\s*[.,;!?]|$)",
    re.I,
)
"""`stop mailer, sorry, web-2`: names that look like words, after what only a name can follow."""
_SO_IT_IS = re.compile(
    r"(\b(?:should|must|needs? to|has to|ought to|supposed to)\b[^.;!?]*?)\s*[,;–—-]\s*(?:but |and )?"
    r"(?:it|they|that one|this one)(?:'s| is| are|'re) (?:currently |still |now )*"
    r"(?:disabled|off|not|stopped|down|inactive|missing)"
    r"(?: (?:right now|at the moment|now|currently|yet|today))?(?=\s*[.;!?]|$)",
    re.I,
)
"""`web-1 should be up, it's down right now`: how it is as yet."""
_DEFECT = re.compile(
    r"\b(monitoring|diagnostics?|(?:one-minute|detailed) metrics?)((?: for| of| on)? \S+)?"
    r"(?: is| was(?: found)?| are| has been|'s)?(?: still| currently| found| found to be)*"
    r" (?:disabled|off|not (?:on|enabled|active)|inactive|missing|turned off|switched off|lacking)\b"
    r"(?=.*\b(?:remediate|remedy|fix|rectify|correct|repair|resolve|address|change)\b)",
    re.I | re.S,
)
"""`monitoring is off on web-1. Fix it.`: the defect says what is wanted."""


_DICTATED = (
    (r"(?<![\w*])\*{1,2}([^*\n]{1,60})\*{1,2}(?![\w*])", r"\1"),
    (r"\s+comma\b(?!-)", ","),
    (r"\s+(?:period|full stop)(?=\s*$|\s+[a-z])", "."),
    (r"\b(\d{1,2}(?:[:.]\d\d)?) ?([ap])\.m\b(?:\.(?! +(?-i:[A-Z])))?", r"\1\2m"),
    (rf"\b({_TENS}|\d+)-(gigabytes?|gigs?|gb|gib|terabytes?|tb|tib)\b", r"\1 \2"),
    (r"\([^()]*\b(?:whichever|whatever|no matter which)\b[^()]*\)", " "),
    (r"\b([a-z]\d[a-z]*) (?:dot|point) (nano|micro|small|medium|x?large|\d?xlarge)\b", r"\1.\2"),
)
"""What a machine that takes down speech writes out, marks that end no sentence and join no name, asides."""
_TWICE = re.compile(r"\b(?:eighty[- ]?eighty|ninety[- ]?ninety)\b", re.I)
_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_SPELLED = re.compile(
    rf"(\bports? (?=(?:{_DIGIT}[ -]){{1,4}}{_DIGIT}\b)|"
    rf"\b(?:on|at|to|listens) (?=(?:{_DIGIT}[ -]){{2,4}}{_DIGIT}\b))"
    rf"((?:{_DIGIT}[ -])+{_DIGIT})\b",
    re.I,
)
"""`eighty-eighty`, `port four four three`: how ports are said."""
_EACH = re.compile(
    rf"\b(?:we are|we're|there are|us) (?P<number>{_NUMBERS}|\d{{1,2}})\b[^.;!?]*[.;,!]?(?P<rest>.*?)"
    r"\beach (?:one |person |of (?:us|them) |student |member )?"
    r"(?:wants?|needs?|requires?|gets?|(?:should|must) (?:get|have)) "
    rf"(?:an?|one|their|his|her|its|our)(?: own)? (?P<kind>{_MACHINES})\b",
    re.I | re.S,
)
"""`We are five. Each wants a machine`: as many machines as people."""
_DASHED = re.compile(rf"\b([a-z]+) (?:dash|hyphen) ({_NUMBERS}|\d+)\b", re.I)
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split("|")[:-1], start=1)}


def corrected(text: str) -> str:
    """The text as it would have been said at once."""
    text = _written(text)
    text = _TICKET.sub(" ", _HEAD.sub("", text) if "\n" in text.strip() else text)
    text = _SO_IT_IS.sub(r"\1", text)
    text = _DEFECT.sub(r"\1\2 must be enabled", text)
    text = _resumed(text)
    for expression in _expressions():
        text = expression.sub(r"\g<new>\g<between>", text)
    text = _OF_ONE.sub(r"\g<before> \g<new>", text)
    text = _named().sub(r"\1\g<new>", text)
    text = _UP.sub(lambda match: f"{match[1]} up {match[2]}{_thing(text, match.start())}", text)
    return _ONES.sub(lambda match: f"{match[1]}{_thing(text, match.start()).strip() or 'ones'}", text)


def _written(text: str) -> str:
    """Marks where they were spoken: `names red comma blue period`, `web dash one`."""
    for said, mark in _DICTATED:
        text = re.sub(said, mark, text, flags=re.I)
    text = _TWICE.sub(lambda match: "8080" if match[0].lower().startswith("eighty") else "9090", text)
    text = _SPELLED.sub(lambda match: match[1] + _figures(match[2]), text)
    text = _EACH.sub(r"\g<rest>we want \g<number> \g<kind>s", text)
    return _DASHED.sub(lambda match: f"{match[1]}-{_DIGITS.get(match[2].lower(), match[2])}", text)


def _figures(spelled: str) -> str:
    """`four four three` in digits."""
    return "".join(_DIGITS.get(word, "0") for word in re.split(r"[ -]", spelled.lower()))


def _resumed(text: str) -> str:
    """What is ordered after everything before was taken back; `it` and `one` mean what was spoken of."""
    found = _TAKEN_BACK.match(text)
    if found is None:
        return text
    before, after = found["before"], found["after"]
    after = _ONE.sub(lambda match: f"{match[1]}{match[2]}{_thing(before, len(before))}", after)
    names = set(re.findall(rf"\b{_NAME}\b", before, re.I))
    if len(names) == 1 and not re.search(rf"\b{_NAME}\b", after, re.I):
        after = re.sub(r"\bits\b", "it's", after, flags=re.I)
        after = re.sub(r"\b(?:it|that one|that)\b", names.pop(), after, count=1, flags=re.I)
    return after


def _thing(text: str, end: int) -> str:
    """` machine` where machines were spoken of last, or nothing of which there could be one."""
    spoken = [match[1] for match in _THINGS.finditer(text[:end])]
    return " machine" if (spoken[-1] if spoken else end == 0 or not _THINGS.search(text)) else ""


@lru_cache(maxsize=1)
def _expressions() -> tuple[re.Pattern[str], ...]:
    names = [name for region, row in file("places").items() if region != "ask" for name in row]
    places = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 3)
    kinds = [*_KINDS, rf"\b(?:{places}|[a-z]{{2}}-[a-z]+-\d)\b"]
    return tuple(
        re.compile(
            rf"(?:{kind})(?P<between>(?: (?!no\b|wait\b|actually\b|sorry\b)[\w-]+){{0,5}}?){_MENDS}"
            rf"(?:in )?(?P<new>{kind})(?: (?:{_MACHINES}))?"
            r"(?= *(?:[,.;:!?)]|$|\b(?:and|in|with|please|on|to|for|of)\b))",
            re.I,
        )
        for kind in kinds
    )


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    return re.compile(rf"{_CALLED}[\w-]+{_MENDS}(?P<new>[\w-]+)", re.I)
