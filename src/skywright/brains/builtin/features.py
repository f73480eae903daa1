"""What recipes ask about beside single words: whether machines are known or new, and what was given."""

import re

from skywright.brains.builtin.facts import Facts
from skywright.brains.builtin.library import ACTIONS
from skywright.brains.builtin.quantities import is_number
from skywright.brains.builtin.targets import named_in, unknown_names
from skywright.brains.builtin.world import World

_DEFINITE = frozenset(
    {
        "the",
        "my",
        "our",
        "this",
        "that",
        "these",
        "those",
        "existing",
        "current",
        "all",
        "every",
        "each",
        "both",
        "its",
        "running",
        "stopped",
        "which",
        "what",
        "any",
        "your",
        "their",
    }
)
_FRESH = frozenset({"a", "an", "another", "new", "additional", "more", "extra", "some", "fresh"})
_DISKS = r"(?:disks?|volumes?|drives?|discs?|ebs|ssds?|hdds?|storage)"
_DOING = ACTIONS - {"balance", "forward", "rename"} | {"show", "question", "alarm"}
_TOLD = frozenset(
    {"show", "status", "health", "metrics", "cost", "dependency", "console", "alarms", "address", "question"}
)
_PATTERNS = {
    "asks": (
        r"^(?:[^\w§]|hi|hey|hello|please|pls|so|ok|okay|and|can you|could you|would you|will "
        r"you|i want to|i need to|i'd like to|we need to|we want to|kindly|just|quickly|"
        r"now|then)*"
        r" *\b(?:show|list|display|tell|what|whats|what's|which|describe|report|see|view|"
        r"retrieve|look up|lookup|print|enumerate|check|know|find out|find|fetch|inspect|"
        r"query|how|where|anything|is|are|do|does|did|was|were|has|have i|status|who|when|any|pull "
        r"up|visuali[sz]e|draw|map|summari[sz]e|verify|read out|dump|poll)\b"
        r"|\b(?:get|give|find|grab|pull|provide|send|need|want|obtain|return|collect|gather|"
        r"fetch|share)(?: me| us| back)? (?:the|all|a list|its|their|every|an overview|a "
        r"summary|a report|info|information|details|some info)\b(?! (?:new|load))"
        r"|\b(?:show me|tell me|let me know|want to know|need to know|like to know|like "
        r"to see|curious|wondering|find out|give me a (?:list|report|summary|rundown|picture)"
        r"|what is|what are|what's|an overview|a list of|a report)\b"
    ),
    "fresh_disk": (
        rf"\b(?:a|an|another|new|additional|extra|one|\d+ ?(?:gb|gib|tb|gigs?)|more|second|"
        rf"some) (?:\S+ ){{0,5}}?{_DISKS}\b"
    ),
    "loose": (
        rf"\b(?:unattached|loose|orphan(?:ed)?|unused|detached|available|free|not attached)"
        rf" (?:\w+ )?{_DISKS}"
    ),
    "resize_word": (
        r"\b(?:resiz\w+|grow\w*|enlarg\w+|expand\w*|increas\w+|extend\w*|bump\w*|scal\w+|"
        r"shrink\w*|decreas\w+|reduc\w+|upgrad\w+|downgrad\w+|bigger|larger|smaller|upsiz\w+|"
        r"downsiz\w+|beef\w*)\b"
    ),
    "attach_word": r"\b(?:attach\w*|mount\w*|plug\w*|hook\w*)\b",
    "delete_word": r"\b(?:delet\w+|destroy\w*|eras\w+|wip\w+|nuk\w+|trash\w*|purg\w+)\b",
    "enable_word": r"\b(?:enabl\w+|turn (?:\S+ ){0,4}?on|activat\w+|switch (?:\S+ ){0,4}?on|set up)\b",
    "from_vm": (
        r"\b(?:from|off|of|on) (?:the |my |our |this |that |all )?(?:\w+ )?(?:vm|vms|machine|"
        r"machines|server|servers|box|boxes|instance|instances|node|nodes|§|it|them)\b"
    ),
    "from_lb": (
        r"\b(?:from|out of|off) (?:the |my |our )?(?:\S+ )?(?:load balancer|lb|alb|elb|balancer|"
        r"target group|pool)\b"
    ),
    "the_lb": (
        r"\b(?:the|my|our|existing|that|this|current) (?:\S+ )?(?:load ?balancer|lb|alb|"
        r"elb|nlb|balancer|target group|pool)\b"
    ),
    "a_lb": r"\b(?:a|an|new|another|one) (?:\S+ ){0,4}?(?:load ?balancer|lb|alb|elb|nlb|balancer)\b",
    "add_to_disk": (
        rf"\b(?:add|give|put) (?:another )?(?:\d+|\w+) ?(?:gb|gib|gigs?|tb|more)\b"
        rf".{{0,12}}? (?:to|onto) (?:the )?(?:\S+ )?{_DISKS}\b"
    ),
    "dependency": (
        r"\bwhat\b.{0,20}\bconnected (?:to|with)\b|\b(?:what|which)\b.*\b(?:does|do) § (?:use|need|touch)\b"
    ),
    "restart": r"\boff and (?:back |then )?on\b",
    "tag_word": r"\b(?:tag|label|annotat|mark)\w*\b",
    "should_run": r"\b(?:should|must|has to|needs to|ought to) (?:be (?:running|up|on|online|started)|run)\b",
    "to_spot": r"(?:\b(?:to|into|as|on|use|using|it|them)|[=-] ?>) (?:a |an |the )?spot\b",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}


def features(facts: Facts, world: World, region: str = "") -> frozenset[str]:
    """Names of what is there, as recipes use them; machines are looked for where they are said to be."""
    text = facts.words.replace("load-balancer", "load balancer")
    found = {name for name, pattern in _COMPILED.items() if pattern.search(text)}
    if re.search(r"\b(?:gp2|gp3|io1|io2|st1|sc1)\b", facts.spoken):
        found.add("disk_kind")
    if re.search(r"\bshould (?:be|have|get)\b|\bmust (?:be|have)\b", text):
        found.add("should")
    if "asks" in found and re.match(r"^what (?:i|we) (?:need|want|would like)|^how about|^what about", text):
        found.discard("asks")
    if _names_machines(facts, world, region) or any(id.startswith("i-") for id in facts.ids):
        found |= {"known_vm", "vm"}
        if not re.search(r"\b(?:same|like|alongside|beside|next to) ", text) or not re.search(
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
    found |= _articles(facts)
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
    if "named_vm" in found and found & {"has_type", "has_cores"}:
        found.add("resized")
    if "bare" in found and found & {"has_gb", "fresh_disk"}:
        found.add("bare_disk")
    return frozenset(found)


def _names_machines(facts: Facts, world: World, region: str) -> bool:
    """Whether machines that exist are named; other regions are searched only for names unknown here."""
    here = [machine for place in {world.context.region, region} - {""} for machine in world.machines(place)]
    if named_in(facts, here):
        return True
    if not unknown_names(facts):
        return False
    return any(named_in(facts, world.machines(place)) for place in world.everywhere())


def _is_counted_first(facts: Facts) -> bool:
    """Whether the first machines that are spoken of are so many new ones: `two machines … the instances`."""
    machines = [mark for mark in facts.marks if "vm" in mark.concepts]
    if not facts.count or not machines:
        return False
    before = facts.tokens[max(0, machines[0].first - 4) : machines[0].first]
    numbers = [token for token in before if token.kind == "number" or is_number(token.word)]
    return bool(numbers) and not any(token.word in _DEFINITE | {"of"} for token in before)


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
            if token.word in _FRESH:
                found.add("fresh_vm")
            if token.word in _DEFINITE and not (counted and "fresh_vm" in found):
                found.add("known_vm")
                break
    if facts.count and "known_vm" not in found:
        found.add("fresh_vm")
    return found
