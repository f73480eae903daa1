"""Words that carry a concept and do not ask for it here: what a thing is like or for, or what somebody does.

Owns telling these from what is asked. Must not know recipes, nor look at any cloud.
"""

from skywright.brains.builtin.words.concepts import ACTIONS, SPOKEN_OF, UNSUPPORTED
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.lexicon import Mark
from skywright.brains.builtin.words.vocabulary import words

_CUTS = frozenset({",", ".", ";", "(", "-", "and", "but", "so", "then"})
"""Where a clause may begin."""

_JOINTS = frozenset({",", "and", "&", "/", "name", "tags", "the", "contents", "content", "type"})

_STANDS = frozenset({"sit on", "sits on"})
"""What says where machines stand, if it is said of machines that are to be made."""

_SOON = frozenset({"about", "going", "trying", "try", "need", "want", "off", "ready"})
_OTHERS = frozenset(
    {"people", "others", "customers", "users", "visitors", "everyone", "everybody", "friends", "they"}
)
_OWN = frozenset({"i", "we", "you", "u", "also", "and", "just", "really", "only", "do", "would"})
"""Who asks for something by `want`, and what may stand between."""


def idle(facts: Facts, mark: Mark) -> bool:
    """Whether a mark only describes, so that it is no part of what is asked."""
    return any(test(facts, mark) for test in _TESTS)


def _is_adjective(facts: Facts, mark: Mark) -> bool:
    """`the stopped machine`: says which machine, not what to do."""
    around = set(" ".join(facts.near(mark.first - 3, mark.last + 3)).replace("or not", "").split())
    if mark.words in {"stopped", "terminated"} and around & {"running", "pending", "or", "whatever"}:
        return True  # `what they are up to (running, stopped)`
    if mark.words in {"closed", "open", "opened"}:
        return any(other.first == mark.last and "network" in other.concepts for other in facts.marks)
    if mark.words not in {"stopped", "halted", "suspended", "attached", "connected", "started"}:
        return False
    before = {token.word for token in facts.tokens[max(0, mark.first - 2) : mark.first]}
    after = [other for other in facts.marks if other.first == mark.last]
    noun = bool(after) and bool(after[0].concepts & {"vm", "disk"})
    return noun and bool(before & {"the", "all", "every", "a", "my", "our", "those", "any", "that", "this"})


def _is_of_people(facts: Facts, mark: Mark) -> bool:
    """`the network team`, `our database people`: says who somebody is."""
    return bool(set(facts.near(mark.last, mark.last + 1)) & words("people"))


def _is_kept(facts: Facts, mark: Mark) -> bool:
    """`same name, subnet and SGs`: what is to stay as it is."""
    held = {at for other in facts.marks for at in range(other.first, other.last)}
    at = mark.first - 1
    while at >= 0 and (at in held or facts.tokens[at].word in _JOINTS) and facts.tokens[at].word != "same":
        at -= 1
    kept = {"port", "security_group"} | ({"disk", "network", "size"} if "spot" in facts.concepts else set())
    return at >= 0 and facts.tokens[at].word == "same" and bool(mark.concepts & kept)


def _is_of_a_tag(facts: Facts, mark: Mark) -> bool:
    """`key owner, value bob`: no key pair."""
    return mark.words == "key" and bool(facts.tags)


def _is_of_a_habit(facts: Facts, mark: Mark) -> bool:
    """`stop thinking about web-1`: what is to stop is something that somebody does."""
    after = facts.tokens[mark.last].word if mark.last < len(facts.tokens) else ""
    return mark.words in {"stop", "stops"} and after.endswith("ing") and not after.endswith("thing")


def _is_aside(facts: Facts, mark: Mark) -> bool:
    """`…, it serves the status page`: a clause of its own that tells what a thing is for."""
    said = [token.word for token in facts.tokens]
    begins = max((at for at in range(mark.first) if said[at] in _CUTS), default=0)
    if not begins or said[begins] in {".", ";"}:
        return False
    clause = said[begins + 1 : mark.last]
    told = len(clause) > 2 and clause[0] in {"it", "they", "which", "that"} and clause[2] not in {"on", "as"}
    return told and (clause[1] in words("describes") or " ".join(clause[1:3]) in words("describes"))


def _is_way(facts: Facts, mark: Mark) -> bool:
    """`which number do I type to get to that machine`: what somebody wants to do then, not what is asked."""
    before = facts.near(mark.first - 1, mark.first)
    asked = any("question" in other.concepts and other.first < mark.first for other in facts.marks)
    about_to = before in (["to"], ["just"]) and any(m.concepts & {"address"} for m in facts.marks)
    if about_to and mark.words.endswith(" into") and set(facts.near(mark.first - 3, mark.first)) & _SOON:
        return True  # `about to ssh into it. Its address, please`
    return mark.words in {"get to", "reach", "talk to"} and before == ["to"] and asked


def _is_others(facts: Facts, mark: Mark) -> bool:
    """`my friends want to join, what's its ip`, `the one that people use`, `so I can hand it on`."""
    if not mark.concepts & (ACTIONS | {"show"}):
        return False
    before = facts.near(mark.first - 5, mark.first)
    if before[-1:] and before[-1] in _OTHERS and {"that", "which", "how", "where", "whom"} & set(before):
        return True
    if before[-1:] and before[-1] in {"can", "could", "may", "might"} and "so" in before:
        return True
    asked = any("question" in other.concepts for other in facts.marks)
    want = before[-2:] in (["want", "to"], ["wants", "to"], ["wanted", "to"])
    return asked and want and bool(before[-3:-2]) and before[-3] not in _OWN


def _is_telling(facts: Facts, mark: Mark) -> bool:
    """`need a rundown of the disks`, `draw me a map`: what is to be made is only to be told."""
    if not mark.concepts & {"create", "enable"} or mark.concepts & {"show", "dependency"}:
        return False
    after = facts.near(mark.last, mark.last + 5)
    if after[:1] == ["to"] and set(after[1:3]) & words("learning"):
        return True  # `I'd like to see`
    ends = next(
        (at for at, word in enumerate(after) if word in _CUTS | {"of", "for", "with", "to"}), len(after)
    )
    return bool(set(after[:ends]) & words("tellings"))


def _is_description(facts: Facts, mark: Mark) -> bool:
    """`machines that see each other`, `2 cpus`: says what a thing is like, not what to do with it."""
    before = [token.word for token in facts.tokens[max(0, mark.first - 3) : mark.first]]
    if mark.words in {"including", "included"}:
        return True
    if mark.concepts & {"metrics"}:
        measured = any(facts.tokens[at].kind == "number" for at in range(max(0, mark.first - 1), mark.first))
        return measured or (
            mark.words == "load" and facts.near(mark.last, mark.last + 1) in (["test"], ["tests"])
        )
    if not (mark.concepts & {"show", "create", "attach", "resize", "convert"} or mark.words in _STANDS):
        return False
    while before and before[-1] in {"can", "could", "all", "both", "should", "will", "would", "may", "must"}:
        before.pop()
    nouns = [other for other in facts.marks if "vm" in other.concepts and other.last == mark.first - 1]
    return bool(before) and before[-1] in {"that", "which", "who"} and bool(nouns or before[-1] == "who")


def _is_content(facts: Facts, mark: Mark) -> bool:
    """`the backups have no room, attach a 50 GB disk`: what is to be on a disk, not what is to be made."""
    if mark.words not in {"backups", "back-ups"} or not facts.disks:
        return False
    return not {"take", "make", "create", "do", "run", "taking", "making"} & set(
        facts.near(mark.first - 3, mark.first)
    )


def _is_purpose(facts: Facts, mark: Mark) -> bool:
    """`a machine for our database`, `two redis boxes`: what machines are for is not what is asked for."""
    if mark.concepts & {"snapshots", "images"}:
        return _for_something(facts, mark, "disk") or _for_something(facts, mark, "vm")
    if not mark.concepts & (UNSUPPORTED | {"bucket", "keypair"}):
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
        or (machines and bool(before & words("purpose_before")))
        or after in {"server", "servers", "machine", "box", "boxes", "vm", "vms", "nodes"}
    )


def _is_occasion(facts: Facts, mark: Mark) -> bool:
    """`For the VPN config I require …`: what a sentence begins with says what the rest is for."""
    if not mark.concepts & UNSUPPORTED:
        return False
    before = facts.near(mark.first - 4, mark.first)
    begins = max((at for at, word in enumerate(before) if word in {".", ";"}), default=-1) + 1
    at_head = begins > 0 or mark.first <= len(before)
    later = any(other.first > mark.last + 1 and other.concepts & SPOKEN_OF for other in facts.marks)
    return at_head and later and before[begins : begins + 1] == ["for"]


def _is_naming(facts: Facts, mark: Mark) -> bool:
    """`boxes are tank, healer and dps`: says what things are called, and asks nothing."""
    after = facts.tokens[mark.last].text if mark.last < len(facts.tokens) else ""
    return mark.words in {"is", "are"} and bool(after) and after in (*facts.names, facts.balancer)


def _is_placing(facts: Facts, mark: Mark) -> bool:
    """`…, put it in Frankfurt`: says where what is to be made should be, and is no order beside that."""
    after = facts.near(mark.last, mark.last + 2)
    if after[:1] not in (["it"], ["them"], ["that"], ["those"], ["these"], ["everything"]):
        return False
    starts = {place.first for place in facts.places}
    return bool(starts & set(range(mark.last + 1, mark.last + 4))) and bool(mark.concepts & ACTIONS)


def _for_something(facts: Facts, mark: Mark, what: str) -> bool:
    """`a volume for the backups`: whether it only says what another thing is for."""
    before = [token.word for token in facts.tokens[max(0, mark.first - 3) : mark.first]]
    said = any(what in other.concepts and other.last < mark.first for other in facts.marks)
    return said and bool(before) and (before[-1] == "for" or before[-2:-1] == ["for"])


_TESTS = (
    _is_of_people,
    _is_of_a_tag,
    _is_kept,
    _is_purpose,
    _is_content,
    _is_others,
    _is_adjective,
    _is_description,
    _is_of_a_habit,
    _is_aside,
    _is_way,
    _is_telling,
    _is_placing,
    _is_naming,
    _is_occasion,
)
