"""What recipes ask about beside single words: whether machines are known or new, and what was given."""

import re

from skywright.brains.builtin.facts import Facts
from skywright.brains.builtin.library import ACTIONS
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
_PATTERNS = {
    "asks": (
        r"^(?:\W|hi|hey|hello|please|pls|so|ok|okay|and|can you|could you|would you|will "
        r"you|i want to|i need to|i'd like to|we need to|we want to|kindly|just|quickly|"
        r"now|then)*"
        r" *\b(?:show|list|display|tell|what|whats|what's|which|describe|report|see|view|"
        r"retrieve|look up|lookup|print|enumerate|check|know|find out|find|fetch|inspect|"
        r"query|how|where|is|are|do|does|did|was|were|has|have i|status|who|when|any|pull "
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
    "to_spot": r"\b(?:to|into|as|on|use|using|it|them) (?:a |an |the )?spot\b",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}


def features(facts: Facts, world: World) -> frozenset[str]:
    """Names of what is there, as recipes use them."""
    text = facts.words.replace("load-balancer", "load balancer")
    found = {name for name, pattern in _COMPILED.items() if pattern.search(text)}
    if re.search(r"\b(?:gp2|gp3|io1|io2|st1|sc1)\b", facts.spoken):
        found.add("disk_kind")
    if not facts.concepts & _DOING and "asks" not in found:
        found.add("bare")
    if re.search(r"\bshould (?:be|have|get)\b|\bmust (?:be|have)\b", text):
        found.add("should")
    if "asks" in found and re.match(r"^what (?:i|we) (?:need|want|would like)|^how about|^what about", text):
        found.discard("asks")
    if named_in(facts, world.machines(world.context.region)) or any(id.startswith("i-") for id in facts.ids):
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
    return frozenset(found | {f"has_{name}" for name, value in given.items() if value})


def _articles(facts: Facts) -> set[str]:
    """`known_vm` for `the machine`, `fresh_vm` for `a machine` and `three machines`."""
    found: set[str] = set()
    for mark in facts.marks:
        if "vm" not in mark.concepts:
            continue
        for token in reversed(facts.tokens[max(0, mark.first - 4) : mark.first]):
            if token.kind == "mark" or token.word in {"with", "to", "for", "on", "of", "and", "in", "behind"}:
                break
            if token.word in _FRESH:
                found.add("fresh_vm")
            if token.word in _DEFINITE:
                found.add("known_vm")
                break
    if facts.count and "known_vm" not in found:
        found.add("fresh_vm")
    return found
