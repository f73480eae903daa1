"""What the words as a whole ask for: the sentences that ask, without those that chat.

Owns nonsense, other languages, `don't`, `except`, `how do I`, `what if`, reasons and purposes.
Must not know recipes, nor look at any cloud.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from skywright.brains.base import Context
from skywright.brains.builtin import facts as reading
from skywright.brains.builtin.facts import Facts
from skywright.brains.builtin.lexicon import Lexicon
from skywright.brains.builtin.places import places
from skywright.brains.builtin.quantities import is_number
from skywright.brains.builtin.tokens import Token, clean, tokenise
from skywright.model.advice import Beyond, Question

EXAMPLES = (
    "create machines behind a load balancer",
    "attach a disk to a machine",
    "tell which machines there are and their state",
)
_FOREIGN = frozenset(
    [
        "bitte",
        "erstelle",
        "erstellen",
        "eine",
        "einen",
        "einer",
        "mit",
        "und",
        "der",
        "die",
        "das",
        "ich",
        "mir",
        "für",
        "auf",
        "maschine",
        "rechner",
        "lösche",
        "zeige",
        "starte",
        "stoppe",
        "crée",
        "créer",
        "créez",
        "une",
        "avec",
        "dans",
        "le",
        "les",
        "des",
        "pour",
        "moi",
        "s'il",
        "vous",
        "plaît",
        "machine",
        "virtuelle",
        "trois",
        "serveurs",
        "affiche",
        "arrête",
        "crea",
        "crear",
        "una",
        "máquina",
        "por",
        "favor",
        "con",
        "en",
        "los",
        "las",
        "para",
        "tres",
        "servidores",
        "muestra",
        "detener",
        "elimina",
        "criar",
        "uma",
        "máquina",
        "com",
        "três",
        "servidores",
        "crie",
        "por",
        "favor",
        "mostre",
        "crea",
        "una",
        "macchina",
        "tre",
        "macchine",
        "per",
        "favore",
        "mostrami",
        "avvia",
        "un",
        "het",
        "een",
        "maak",
        "drie",
        "servers",
        "alstublieft",
        "utwórz",
        "maszynę",
        "proszę",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "is",
        "are",
        "to",
        "of",
        "in",
        "on",
        "with",
        "my",
        "me",
        "for",
        "please",
        "and",
        "i",
        "it",
        "this",
        "that",
        "what",
        "which",
        "need",
        "want",
        "create",
        "make",
        "show",
        "add",
        "attach",
        "stop",
        "start",
        "give",
        "get",
        "put",
        "turn",
        "web",
        "all",
        "how",
        "at",
        "from",
        "by",
        "be",
        "can",
        "you",
        "we",
        "our",
        "one",
        "two",
        "three",
        "vm",
        "server",
        "machine",
    ]
)
_HOW = re.compile(
    r"^(?:(?:so|hi|hey|hello|and|but|ok|okay|um|well|just|please|question|quick question|now|first)[ ,:]*)*"
    r"(?:how (?:do|can|would|could|should|might|did) (?:i|we|you|one|u|people|somebody|"
    r"someone)\b|how (?:to|does one)\b|what (?:would|will|could|might) happen\b|what "
    r"happens\b|what if\b|suppose\b|hypothetically\b"
    r"|should (?:i|we)\b|is it (?:safe|ok|okay|wise|a good idea|dangerous|bad)\b|would "
    r"it be (?:safe|ok|okay|bad|dangerous|wise|a problem)\b"
    r"|(?:can|could|would) you (?:explain|teach|describe how|show me how|tell me how)"
    r"\b|(?:explain|teach me|show me how|tell me how|walk me through)\b"
    r"|i (?:wonder|am wondering|'m wondering) (?:what|how|if)\b|what (?:is|are) the "
    r"(?:steps|risk|risks|consequences)\b|if i (?:delete|terminate|stop|remove|destroy)"
    r"\w*\b.*\bwould\b"
    r"|(?:i am|i'm|im|we are|we're) (?:not (?:sure|certain)|unsure|undecided|thinking|considering|"
    r"debating|torn)\b|(?:not sure|unsure|wondering|undecided) (?:if|whether)"
    r"|(?:maybe|perhaps) (?:i|we) should"
    r"|(?:is|would) \w+ing .*\b(?:a good idea|safe|ok|okay|wise|possible|dangerous|risky)\b|would \w+ing\b"
    r"|what (?:do|does|would|must|should) (?:i|we|one) (?:need|have|do|type|run)\b|which command"
    r"|do you (?:recommend|advise|suggest|think)|what (?:is|are|'s) the (?:best|right) way"
    r"|imagine\b|assuming\b"
    r"|(?:could|can|would|will|might|may|do|does|is|are|am) .{0,60}\b(?:if|when|once) (?:i|we|it|one|§)\b"
    r"|what are the (?:implications|effects|side effects)|is it possible to (?:shrink|undo|restore|recover)"
    r"|what's the (?:risk|danger)|(?:can|may) (?:i|we) (?:delete|terminate|remove|destroy|stop|kill)\b)"
)
_INTERROGATIVE = re.compile(
    r"^(?:(?:so|hi|hey|hello|and|but|ok|okay|um|well|just|please|now|quick question|question)[ ,:]*)*"
    r"(?!what (?:i|we) (?:need|want|would|'d)|(?:how|what) about|is it possible|would it be possible|"
    r"is there (?:a|any) (?:way|chance)|(?:do|would) you (?:mind|think)|are you able|"
    r"(?:could|can|will|would|may|might|shall|do) (?:you|u|i|we|someone|somebody)\b)"
    r"(?:what|whats|what's|which|who|where|when|why|is|are|was|were|does|did|do (?:i|we|they|the|any|my|our)"
    r"|has|have (?:i|we|they|the|any)|how|would|will|should|any)\b"
)
_DANGER = re.compile(r"\b(?:delet|terminat|remov|destroy|kill|stop|wipe|nuke)")
_NO_NEGATION = re.compile(
    r"(?:why don't|don't (?:forget|hesitate|worry|mind|care|know|have|see|understand|"
    r"think)|no longer (?:need|require|use|want)|do not (?:forget|hesitate|worry|have|know)|"
    r"dont (?:forget|worry|care|know|"
    r"have|mind)|never mind)"
)
_NEGATIONS: tuple[tuple[str, ...], ...] = (
    ("do", "not"),
    ("don't",),
    ("dont",),
    ("never",),
    ("must", "not"),
    ("should", "not"),
    ("shouldn't",),
    ("mustn't",),
    ("but", "not"),
    ("and", "not"),
    ("without",),
    ("except", "for"),
    ("except",),
    ("excluding",),
    ("other", "than"),
    ("instead", "of"),
    ("rather", "than"),
    ("apart", "from"),
    ("no", "need", "to"),
    ("no",),
    ("not", "to"),
    ("leave", "out"),
    ("all", "but"),
    ("besides",),
)
_SHORT = frozenset({("without",), ("no",)})
_RESUME = frozenset({"but", "just", "only", "instead", "then", "please", "simply"})
_REASONS = frozenset({"because", "cause", "cuz", "since", "whereas", "although", "though", "while"})
_ASKING = re.compile(
    r"\b(?:please|pls|plz|(?:can|could|would|will) (?:you|i|we|u)|i (?:need|want|require|"
    r"would|wanna|'d)|i'd|we'd|we (?:need|want|require|would)|let's|lets|gimme|could "
    r"use|"
    r"need (?:a|an|to|you|some)|want (?:a|an|to|you)|looking for|would like|time to|"
    r"go ahead|kindly|i'm after|requesting|request)\b|\?$"
)
_GOES_ON = re.compile(
    r"^(?:it|they|them|each|use|with|also|and|then|name|names|call|named|called|region|"
    r"size|same|both|all|every|one|only|make|make sure|ensure|put|place|prefer|preferably|"
    r"the (?:vm|vms|machine|machines|server|servers|box|boxes|instance|instances|disk|"
    r"disks|volume|name|names|load balancer|balancer|lb|listener|port|region|size|type|"
    r"network|target|targets|traffic|app)\b"
    r"|in|on|at|for the|listen|listening|forward|forwarding|expose|traffic|clients|users|"
    r"customers|visitors|they|tagged|attach|connect|register|add|instance|type|disk|"
    r"tag|tags|\d|two|three|four|five|six|port|ports|should|must|4|8)\b"
)
_UNSUPPORTED = frozenset(
    {"restore", "software", "database", "kubernetes", "serverless", "identity", "dns", "autoscaling"}
)
_PURPOSE = frozenset(
    {"for", "as", "host", "hosting", "run", "runs", "running", "serve", "our", "my", "the", "hosts"}
)


@dataclass(frozen=True, slots=True)
class Sense:
    """What was said, once it is clear that something is asked for.

    Attributes:
        region: the one that was named; empty if none was.
        question: if a place was named that is no region.
        excluded: words that stood after `except`, `but not` and the like.
        only_asks: every sentence is a question about how things are, none a request, however polite.
    """

    facts: Facts
    region: str
    question: Question | None = None
    excluded: tuple[Token, ...] = ()
    only_asks: bool = False


def sense(words: str, context: Context, lexicon: Lexicon, names: Sequence[str]) -> Sense | Beyond:
    """Read the words; a plain no if there is nothing in them to act on."""
    if not re.search(r"\w", words):
        return Beyond("The request is empty; say what you want done.", EXAMPLES)
    if _is_foreign(words):
        return Beyond("I read English only; please say it in English.", EXAMPLES)
    tokens = lexicon.mend(tokenise(clean(words)), names)
    sentences = _sentences(tokens)
    kept = [sentence for sentence in sentences if not _HOW.match(_text(sentence))]
    if not kept:
        danger = _DANGER.search(_text(tokens))
        nearest = ("tell what depends on what",) if danger else EXAMPLES
        return Beyond(
            (
                "That asks how, or what if, and I only act: nothing was done. Say what "
                "you want done, or ask what is there."
            ),
            nearest,
        )
    told = kept
    kept = _with_targets(_without_chat(kept, lexicon), told, names, lexicon)
    only_asks = all(_INTERROGATIVE.match(_text(sentence)) for sentence in kept)
    kept = [_without_reasons(sentence) for sentence in kept]
    pairs = [_without_negated(sentence) for sentence in kept]
    excluded = tuple(token for _, dropped in pairs for token in dropped)
    stop = Token(".", ".", "mark", 0, 0)
    said = [token for sentence, _ in pairs for token in (*sentence, stop)]
    read = _sensed(said, excluded, context, lexicon)
    return replace(read, only_asks=only_asks) if isinstance(read, Sense) else read


def _with_targets(
    kept: list[list[Token]], told: list[list[Token]], names: Sequence[str], lexicon: Lexicon
) -> list[list[Token]]:
    """`web-1 acts up. Reboot it.`: where the sentences that ask name nothing, those before that name
    something; and `in Canada … there`: the place."""
    known = {name.lower() for name in names}
    if any(_named(sentence, known, lexicon) for sentence in kept):
        wanted = [sentence for sentence in told if sentence in kept]
    else:
        wanted = [
            s
            for s in told
            if s in kept or any(token.kind == "name" or token.text.lower() in known for token in s)
        ]
    if re.search(r"\bthere\b(?! is| are)", " . ".join(_text(sentence) for sentence in kept)):
        said = [s for s in told if s not in wanted and places(s, ())]
        wanted += [[t for place in places(s, ()) for t in s[place.first : place.last]] for s in said]
    return wanted


def _named(sentence: list[Token], known: set[str], lexicon: Lexicon) -> bool:
    if any(token.kind in ("id", "name", "quoted") or token.text.lower() in known for token in sentence):
        return True
    return any("vm" in mark.concepts for mark in lexicon.marks(sentence))


def _sensed(
    said: list[Token], excluded: tuple[Token, ...], context: Context, lexicon: Lexicon
) -> Sense | Beyond:
    facts = reading.read(said, lexicon, context.cloud.regions)
    marks = (mark for mark in facts.marks if not _is_purpose(facts, mark) and not _is_adjective(facts, mark))
    facts = replace(facts, marks=tuple(marks))
    if not facts.marks and not facts.types and not facts.ids:
        if excluded:
            return Beyond("That says only what not to do, so nothing was done.", EXAMPLES)
        return Beyond("I could not find anything in this request that I know how to do.", EXAMPLES)
    outside = [mark for mark in facts.marks if mark.concepts & _UNSUPPORTED]
    if outside:
        return Beyond(
            (
                f"I have no program for '{outside[0].words}': I know machines, disks, networks "
                f"and load balancers."
            ),
            EXAMPLES,
        )
    region, question = _place(facts, context)
    return Sense(facts, region, question, excluded)


def part(tokens: Sequence[Token], whole: Sense, context: Context, lexicon: Lexicon) -> Sense | Beyond:
    """The same for a part of a request that was read already; its place is its own, or else the whole's."""
    read = _sensed(list(tokens), whole.excluded, context, lexicon)
    if isinstance(read, Sense) and not read.region and read.question is None:
        return replace(read, region=whole.region, question=whole.question)
    return read


def _text(tokens: Sequence[Token]) -> str:
    return " ".join("§" if token.fixed else token.word for token in tokens)


def _is_foreign(words: str) -> bool:
    """Whether it is written in other letters, or in more words of other languages than of English."""
    letters = [letter for letter in words if letter.isalpha()]
    if letters and sum(1 for letter in letters if ord(letter) > 0x24F) > len(letters) / 2:
        return True
    said = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", re.sub(r'"[^"]*"', "", words.lower()))
    foreign = sum(1 for word in said if word in _FOREIGN and word not in _ENGLISH)
    return foreign >= 2 and foreign > sum(1 for word in said if word in _ENGLISH)


def _sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    sentences: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "mark" and token.word in {".", "!", "?", ";"}:
            if token.word == "?":
                sentences[-1].append(token)
            sentences.append([])
        else:
            sentences[-1].append(token)
    return [sentence for sentence in sentences if sentence]


def _without_chat(sentences: list[list[Token]], lexicon: Lexicon) -> list[list[Token]]:
    """Only the sentences that ask for something or go on about it, if there is one that does."""
    asking = [sentence for sentence in sentences if _asks(sentence, lexicon)]
    if not asking:
        return sentences
    first = sentences.index(asking[0])
    return [
        sentence
        for place, sentence in enumerate(sentences)
        if sentence in asking or (place > first and _GOES_ON.match(_text(sentence))) or _is_list(sentence)
    ]


def _asks(sentence: list[Token], lexicon: Lexicon) -> bool:
    text = _text(sentence)
    means = [
        mark
        for mark in lexicon.marks(sentence)
        if mark.concepts
        - {
            "definite",
            "question",
            "new",
            "all",
            "public",
            "private",
            "show",
            "running",
            "keep",
            "attached",
            "cost_no",
        }
    ]
    if not means:
        return False
    head = next(
        (
            token.word.split(" ")[0]
            for token in sentence
            if token.kind == "word" and token.word not in _POLITE
        ),
        "",
    )
    return bool(_ASKING.search(text)) or head in lexicon.verbs or head in _QUESTION_HEADS


_POLITE = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "dear",
        "please",
        "pls",
        "plz",
        "kindly",
        "so",
        "ok",
        "okay",
        "now",
        "well",
        "then",
        "and",
        "also",
        "just",
        "first",
        "yo",
        "thanks",
        "greetings",
        "good",
        "morning",
        "afternoon",
        "evening",
        "team",
        "folks",
        "guys",
        "there",
        "friend",
        "mate",
        "buddy",
        "bot",
        "assistant",
        "quickly",
        "urgent",
        "urgently",
        "asap",
        "everyone",
        "all",
        "sir",
        "madam",
        "today",
        "fyi",
        "btw",
        "alright",
        "right",
        "next",
        "finally",
    ]
)
_QUESTION_HEADS = frozenset(
    [
        "what",
        "which",
        "is",
        "are",
        "how",
        "where",
        "who",
        "list",
        "show",
        "whats",
        "what's",
        "any",
        "do",
        "does",
        "has",
        "have",
        "status",
        "tell",
        "when",
    ]
)


def _is_list(sentence: list[Token]) -> bool:
    """`3 x t3.micro`, `eu-west-1`: bare facts without a sentence around them."""
    return len(sentence) <= 4 and any(
        token.kind in ("number", "type", "place", "pair", "cidr") for token in sentence
    )


def _without_reasons(sentence: list[Token]) -> list[Token]:
    """Nothing that is only said to explain: from `because` up to a comma."""
    kept: list[Token] = []
    inside = False
    for place, token in enumerate(sentence):
        if (
            token.kind == "word"
            and token.word in _REASONS
            and (place > 0 or token.word in {"since", "because"})
        ):
            inside = True
        if inside and token.word == ",":
            inside = False
        if not inside:
            kept.append(token)
    return kept


def _without_negated(sentence: list[Token]) -> tuple[list[Token], list[Token]]:
    """The sentence without what is said not to be done, and that."""
    text = _text(sentence)
    if _NO_NEGATION.search(text):
        return sentence, []
    kept: list[Token] = []
    dropped: list[Token] = []
    at = 0
    while at < len(sentence):
        words = tuple(token.word for token in sentence[at : at + 3])
        phrase = next(
            (phrase for phrase in _NEGATIONS if words[: len(phrase)] == phrase and not sentence[at].fixed),
            None,
        )
        if phrase is None:
            kept.append(sentence[at])
            at += 1
            continue
        end = _scope(sentence, at + len(phrase), phrase in _SHORT)
        dropped.extend(sentence[at + len(phrase) : end])
        at = end
    return kept, dropped


def _scope(sentence: list[Token], at: int, short: bool) -> int:
    """Where a negation's reach ends: at a comma, at `but` and the like, or after a noun for `no` and
    `without`."""
    last = min(len(sentence), at + 4) if short else len(sentence)
    while at < last:
        token = sentence[at]
        if (
            token.word in _RESUME
            or (token.word == "," and not _more_names(sentence, at))
            or (short and token.word in {"and", "in", "with", "on", "behind", "for"})
        ):
            return at
        at += 1
    return last


def _more_names(sentence: list[Token], comma: int) -> bool:
    following = [token for token in sentence[comma + 1 : comma + 3] if token.word not in {"and", "or"}]
    return bool(following) and following[0].kind in ("name", "id", "quoted")


def _is_adjective(facts: Facts, mark: reading.Mark) -> bool:
    """`the stopped machine`: says which machine, not what to do."""
    if mark.words not in {"stopped", "halted", "suspended", "attached", "connected", "started"}:
        return False
    before = {token.word for token in facts.tokens[max(0, mark.first - 2) : mark.first]}
    after = [other for other in facts.marks if other.first == mark.last]
    noun = bool(after) and bool(after[0].concepts & {"vm", "disk"})
    return noun and bool(before & {"the", "all", "every", "a", "my", "our", "those", "any", "that", "this"})


def _is_purpose(facts: Facts, mark: reading.Mark) -> bool:
    """`a machine for our database`, `two redis boxes`: what machines are for is not what is asked for."""
    if not mark.concepts & (_UNSUPPORTED | {"bucket", "keypair"}):
        return False
    before = {token.word for token in facts.tokens[max(0, mark.first - 3) : mark.first]}
    after = facts.tokens[mark.last].word if mark.last < len(facts.tokens) else ""
    beside = any(
        "vm" in other.concepts and (other.first == mark.last or other.last == mark.first)
        for other in facts.marks
    )
    machines = any("vm" in other.concepts and other.last <= mark.first for other in facts.marks)
    return (
        beside
        or (machines and bool(before & _PURPOSE))
        or after in {"server", "servers", "machine", "box", "boxes", "vm", "vms", "nodes"}
    )


def _place(facts: Facts, context: Context) -> tuple[str, Question | None]:
    answer = context.answers.get("region", "").strip()
    if answer in context.cloud.regions:
        return answer, None
    found = sorted(facts.places, key=lambda place: not place.placed)
    if not found:
        return "", _unknown_place(facts)
    certain = {place.region for place in found if place.region}
    if len(certain) == 1 and not any(re.search(r"\d", place.said) for place in found if not place.region):
        return certain.pop(), None  # a city that has no region is then only talk
    place = found[0]
    others = {other.region for other in found if other.placed == place.placed}
    if place.region and len(others) > 1:
        return "", Question(
            "region", "Several places are named. Which region should it be?", tuple(sorted(others - {""}))
        )
    if place.region:
        return place.region, None
    about = (
        "covers several regions"
        if place.said in {"europe", "asia", "the eu", "middle east"}
        else "is no region of the cloud"
    )
    return "", Question("region", f"'{place.said}' {about}. Which region should it be?", place.choices)


def _unknown_place(facts: Facts) -> Question | None:
    """`in the Atlantis region`, `region mars-1`: a place that nobody has heard of."""
    said = re.search(
        (
            r"\b(?:in|to|region) (?:the )?([a-z§][\w-]*) region\b|\bregion:? (?:called |named "
            r"|= ?)?([a-z]+-[\w-]+)"
        ),
        " ".join(token.word for token in facts.tokens),
    )
    word = (said[1] or said[2]) if said else ""
    if not word or word in {
        "this",
        "same",
        "default",
        "that",
        "aws",
        "amazon",
        "cloud",
        "ec2",
        "azure",
        "active",
        "used",
        "our",
        "other",
        "nearest",
        "home",
        "us",
        "eu",
        "one",
        "my",
        "your",
        "right",
        "current",
        "any",
        "each",
        "every",
        "a",
        "what",
        "which",
        "whole",
        "entire",
    }:
        return None
    return Question("region", f"There is no region '{word}'. Which region should it be?")


def unheard_of(facts: Facts, lexicon: Lexicon) -> str:
    """The word after `in` that nobody knows: most likely a place, and none of the cloud's."""
    if facts.places:
        return ""
    for before, token in zip(facts.tokens, facts.tokens[1:], strict=False):
        if (
            before.word in {"in", "near"}
            and token.kind == "word"
            and not token.fixed
            and token.word.isalpha()
            and len(token.word) > 3
            and token.text[:1].isupper()
            and token.word not in lexicon.known
            and token.text[:1].lower() + token.text[1:] not in lexicon.known
            and not is_number(token.word)
            and token.text not in facts.names
            and not token.word.endswith(("ing", "ly"))
        ):
            return token.text
    return ""
