"""What recipes ask about beside single words: whether machines are known or new, and what was given."""

import re

from skywright.brains.builtin.facts import Facts
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


def features(facts: Facts, world: World) -> frozenset[str]:
    """Names of what is there, as recipes use them."""
    found: set[str] = set()
    if named_in(facts, world.machines(world.context.region)) or any(id.startswith("i-") for id in facts.ids):
        found |= {"known_vm", "vm"}
    elif unknown_names(facts):
        found.add("named_thing")
    if any(id.startswith("vol-") for id in facts.ids):
        found |= {"disk", "known_disk"}
    if re.search(r"\b(?:it|them|they|its|their)\b", facts.words):
        found.add("it")
    found |= _articles(facts)
    given = {
        "count": facts.count, "named": facts.names, "gb": facts.disks, "type": facts.types, "cores": facts.cores or facts.memory_gb,
        "ports": facts.ports, "tagged": facts.tags, "percent": facts.percent, "factor": facts.factor, "cidr": facts.cidrs,
        "inside": facts.inside,
    }  # fmt: skip
    return frozenset(found | {f"has_{name}" for name, value in given.items() if value})


def _articles(facts: Facts) -> set[str]:
    """`known_vm` for `the machine`, `fresh_vm` for `a machine` and `three machines`."""
    found: set[str] = set()
    for mark in facts.marks:
        if "vm" not in mark.concepts:
            continue
        before = [token.word for token in facts.tokens[max(0, mark.first - 4) : mark.first]]
        while before and before[-1] in {",", ".", ";", "with", "and", "to"}:
            before = []
        for word in reversed(before):
            if word in {",", ".", ";", "with", "to", "for", "on", "of", "and", "in"}:
                break
            if word in _FRESH:
                found.add("fresh_vm")
            if word in _DEFINITE:
                found.add("known_vm")
                break
    if facts.count and "known_vm" not in found:
        found.add("fresh_vm")
    return found
