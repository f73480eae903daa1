"""What recipes ask about beside single words: whether machines are known or new, and what was given."""

import re

from skywright.brains.builtin.library import ACTIONS, THINGS
from skywright.brains.builtin.targets import named_in, unknown_names
from skywright.brains.builtin.words import vocabulary
from skywright.brains.builtin.words.concepts import TAKING
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.quantities import is_number
from skywright.brains.builtin.words.vocabulary import words
from skywright.brains.builtin.world import World

_TAKEN_AWAY = TAKING | {"rename", "snapshot", "image"}
_HELD = THINGS - {"tags", "security_group", "spot"}
"""What can be asked for instead of a machine."""
_DOING = ACTIONS - {"balance", "forward", "rename"} | {"show", "question", "alarm"}
_NEW = frozenset({"new", "fresh", "brand-new", "additional", "extra", "more", "brand"})
_NO_ARTICLE = frozenset({",", ".", "with", "to", "for", "on", "of", "and", "in", "behind", "between", "over"})
_TOLD = frozenset(
    {"show", "status", "health", "metrics", "cost", "dependency", "console", "alarms", "address", "question"}
)


def features(facts: Facts, world: World, region: str = "") -> frozenset[str]:
    """Names of what is there, as recipes use them; machines are looked for where they are said to be."""
    text = facts.words.replace("load-balancer", "load balancer")
    found = {name for name, pattern in vocabulary.features().items() if pattern.search(text)}
    if re.search(r"\b(?:gp2|gp3|io1|io2|st1|sc1)\b", facts.spoken):
        found.add("disk_kind")
    if "mixed" in found and facts.balancer and not _is_mixed(facts):
        found.discard("mixed")  # `a balancer called front-lb and three new machines`
    if re.search(r"\bshould (?:be|have|get)\b|\bmust (?:be|have)\b", text):
        found.add("should")
    if "asks" in found and re.match(r"^what (?:i|we) (?:need|want|would like)|^how about|^what about", text):
        found.discard("asks")
    if _names_machines(facts, world, region) or any(id.startswith("i-") for id in facts.ids):
        found |= {"known_vm", "vm"}
        if not re.search(
            r"\b(?:same|(?<!'d )(?<!would )like|alongside|beside|next to) ", text
        ) or not re.search(
            r"\b(?:network|vpc|subnet|vnet|zone|size|type|like|beside|alongside|next)\b", text
        ):
            found.add("named_vm")
    elif unknown_names(facts):
        found.add("named_thing")
        if any(
            re.match(r"(?:vm|server|node|box|machine|web|app|db|host|worker)", name.lower())
            for name in unknown_names(facts)
        ):
            found.add("vm_name")
    if any(id.startswith("vol-") for id in facts.ids):
        found |= {"disk", "known_disk"}
    if re.search(r"\b(?:it|them|they|its|their|those|these|both)\b", text):
        found.add("it")
    if facts.balancer and "known_lb" not in facts.concepts:
        found.add("new_lb")
    found |= _articles(facts)
    if _empty(world, region):
        found |= _all_new(facts, found)
    if "asks" not in found and (not facts.concepts & _DOING or _begins_with_machines(facts, found)):
        found.add("bare")
        found |= {"fresh_vm"} if _begins_with_machines(facts, found) else set[str]()
    given = {
        "count": facts.count,
        "named": facts.names,
        "gb": facts.disks,
        "type": facts.types,
        "cores": facts.cores or facts.memory_gb,
        "ports": facts.ports,
        "tagged": facts.tags,
        "percent": facts.percent,
        "factor": facts.factor,
        "cidr": facts.cidrs,
        "inside": facts.inside,
    }
    found |= {f"has_{name}" for name, value in given.items() if value}
    return frozenset(found | _together(facts, found))


def _is_mixed(facts: Facts) -> bool:
    """Whether new machines are named together with others, the load balancer's name set aside."""
    said = zip(facts.tokens, facts.plain, strict=True)
    text = " ".join("balancer" if token.text == facts.balancer else word for token, word in said)
    return bool(vocabulary.features()["mixed"].search(text))


def _together(facts: Facts, found: set[str]) -> set[str]:
    """What follows from several of the features."""
    found = set(found)
    if "named_vm" in found and found & {"has_type", "has_cores"}:
        found.add("resized")
    if "bare" in found and found & {"has_gb", "fresh_disk"}:
        found.add("bare_disk")
    if "known_disk" in facts.concepts | found and not {"named_vm", "vm"} & (found | facts.concepts):
        found.add("lone_disk")
        if (facts.disks or "disk_kind" in found) and "attach_word" not in found:
            found.add("grown_disk")
    if _is_made(facts, found):
        found |= {"made_vm"} | ({"vm_name"} if unknown_names(facts) else set[str]())
    return found


def _is_made(facts: Facts, found: set[str]) -> bool:
    """Whether machines are to be made, whatever else is said: `5x t3.large`, `create a server, its …`."""
    if found & {"named_vm", "known_vm", "asks", "known_disk", "the_lb"} or facts.concepts & _TAKEN_AWAY:
        return False
    if "bare" in found and "fresh_vm" in found and _begins_with_machines(facts, found):
        return True
    if _is_fresh(facts) or _begins_with_names(facts) or (_begins_with_type(facts) and "it" not in found):
        return True
    if any(mark.concepts & {"resize", "convert"} and "create" not in mark.concepts for mark in facts.marks):
        return False
    if facts.types and not facts.concepts & {"tags", "size"}:
        return bool(facts.count or facts.names or unknown_names(facts))
    things = [mark for mark in facts.marks if mark.concepts & (_HELD | {"vm"})]
    begins = next((mark for mark in facts.marks if mark.concepts & ACTIONS), None)
    created = begins is not None and "create" in begins.concepts and begins.first < 4
    first = bool(things) and "vm" in things[0].concepts
    given = (
        bool(facts.types or facts.names) and first and begins is not None and things[0].first == begins.last
    )
    return created and first and ("fresh_vm" in found or given)


def _is_fresh(facts: Facts) -> bool:
    """`three new servers`, `3x new t3.small`: so many, and said to be new."""
    starts = [mark.first for mark in facts.marks if "vm" in mark.concepts]
    starts += [at for at, token in enumerate(facts.tokens) if token.kind == "type"]
    for start in starts:
        before = facts.near(start - 5, start)
        cuts = [at for at, word in enumerate(before) if word in _NO_ARTICLE]
        before = before[cuts[-1] + 1 :] if cuts else before
        number = facts.count is not None and facts.count > 0 and (_has_number(before) or bool(facts.names))
        if _NEW & set(before) and number and not words("definite") & set(before):
            return True
    return False


def _has_number(said: list[str]) -> bool:
    return any(word.isdigit() or is_number(word) or word in {"x", "couple", "pair"} for word in said)


def _begins_with_type(facts: Facts) -> bool:
    """`make me a t3.small`: a verb that makes, an article and a type."""
    verbs = [mark.last for mark in facts.marks if mark.words in words("making")]
    types = [at for at, token in enumerate(facts.tokens) if token.kind == "type"]
    if not verbs or not types or "size" in facts.concepts:
        return False
    between = [word for word in facts.near(verbs[0], types[0]) if word not in {"me", "us", "new", "single"}]
    return types[0] > verbs[0] and between in (["a"], ["an"], ["one"], ["1"], ["another"])


def _begins_with_names(facts: Facts) -> bool:
    """`create app-1, app-2 and app-3 and stick a balancer before them`: what is made are these names."""
    begins = next((mark for mark in facts.marks if mark.concepts & ACTIONS), None)
    if begins is None or begins.words not in words("making"):
        return False
    after = facts.tokens[begins.last] if begins.last < len(facts.tokens) else None
    things = facts.concepts & _HELD - {"lb", "network", "port", "target_group", "monitoring", "address"}
    only_with = facts.near(begins.last + 1, begins.last + 2) == ["with"]  # `build osprey with a 20 GB disk`
    named = after is not None and after.kind == "name" and after.text in unknown_names(facts)
    return named and (only_with or not things)


def _empty(world: World, region: str) -> bool:
    """Whether there are no machines at all, so that none can be meant that exists."""
    return not world.machines(region or world.context.region) and world.is_empty()


def _all_new(facts: Facts, found: set[str]) -> set[str]:
    """Where nothing exists, machines that are spoken of, or counted, or named, are to be made."""
    names = unknown_names(facts)
    taken = facts.concepts & _TAKEN_AWAY and not (facts.count or facts.types)
    if taken or "asks" in found:
        return set()
    machines = "vm" in facts.concepts or facts.types or facts.count or names
    if not machines or (facts.concepts & {"disk"} and not facts.concepts & {"vm"}):
        return set()
    if "network" in facts.concepts and facts.cidrs and not (facts.concepts & {"vm"} or facts.types):
        return set()  # `a new network named lab, 10.9.0.0/16`: the name is not a machine's
    return {"nothing_there", "fresh_vm", "bare", "vm", *({"vm_name"} if names else set[str]())}


def _names_machines(facts: Facts, world: World, region: str) -> bool:
    """Whether machines that exist are named; other regions are searched only for names unknown here."""
    here = [machine for place in {world.context.region, region} - {""} for machine in world.machines(place)]
    there = named_in(facts, here)
    if there and not (_is_new(facts) and {machine.name for machine in there} <= set(facts.names)):
        return True
    if not unknown_names(facts):
        return False
    return any(named_in(facts, world.machines(place)) for place in world.everywhere())


def _is_new(facts: Facts) -> bool:
    """`set up one computer and call it demo`: whether what is named is to be made, whatever is called so."""
    articles = _articles(facts)
    return "create" in facts.concepts and "fresh_vm" in articles and "known_vm" not in articles


def _is_counted_first(facts: Facts) -> bool:
    """Whether the first machines that are spoken of are so many new ones: `two machines … the instances`."""
    machines = [mark for mark in facts.marks if "vm" in mark.concepts]
    if not facts.count or not machines:
        return False
    before = facts.tokens[max(0, machines[0].first - 4) : machines[0].first]
    numbers = [token for token in before if token.kind == "number" or is_number(token.word)]
    return bool(numbers) and not any(token.word in words("definite") | {"of"} for token in before)


def _begins_with_machines(facts: Facts, found: set[str]) -> bool:
    """`two servers with ssh open`, `bastion host, Frankfurt`: machines wanted, without a verb for it."""
    if found & {"named_vm", "known_disk", "known_vm"} or not facts.marks or facts.concepts & _TOLD:
        return False
    first = next((mark for mark in facts.marks if not mark.concepts <= {"new"}), None)
    return first is not None and "vm" in first.concepts and first.first <= 5


def _articles(facts: Facts) -> set[str]:
    """`known_vm` for `the machine`, `fresh_vm` for `a machine` and `three machines`."""
    found: set[str] = set()
    counted = _is_counted_first(facts)
    if counted:
        found.add("fresh_vm")  # what is called `the instances` after that are these
    for mark in facts.marks:
        if "vm" not in mark.concepts:
            continue
        for token in reversed(facts.tokens[max(0, mark.first - 4) : mark.first]):
            if token.kind == "mark" or token.word in {"with", "to", "for", "on", "of", "and", "in", "behind"}:
                break
            if token.word in words("fresh"):
                found.add("fresh_vm")
            if token.word == "own":
                break  # `needs her own little box`
            if token.word in words("definite") and not (counted and "fresh_vm" in found):
                found.add("known_vm")
                break
    if facts.count and "known_vm" not in found:
        found.add("fresh_vm")
    return found
