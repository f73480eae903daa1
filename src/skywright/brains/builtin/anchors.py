"""Things of the target that are called by their names: disks and load balancers, wherever they are.

Owns recognising them in the words, so that `grow archive to 60 GB` is about a disk and `add db-1 to
shop-lb` about a load balancer that exists. Machines have rules of their own, in `targets`.
"""

from dataclasses import replace

from skywright.brains.builtin.targets import named_in, unknown_names
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.lexicon import Lexicon, Mark
from skywright.brains.builtin.world import World, tags

_DISK = frozenset({"disk", "known_disk"})
_BALANCER = frozenset({"lb", "the_lb", "known_lb"})


def anchored(facts: Facts, world: World, region: str, said: bool, lexicon: Lexicon) -> tuple[Facts, str]:
    """The facts with marks on the names of existing disks and load balancers, and the region of these.

    Only where no place was said are the other regions searched, and only for names that nothing
    here has. The region comes back as it was given if nothing was found elsewhere.
    """
    found = _marked(facts, world, region, lexicon)
    unknown = unknown_names(found) or found.concepts & {"disk", "snapshots"}
    if found.others or said or not unknown or named_in(found, world.machines(region)):
        return found, region
    for place in world.everywhere():
        if place == region or named_in(found, world.machines(place)):
            continue
        there = _marked(facts, world, place, lexicon)
        if there.others:
            return there, place
    return found, region


def _called(facts: Facts, at: int, meaning: frozenset[str] | None) -> bool:
    """`the disk named data`: the name of what exists, not one that is to be given."""
    before = [token.word for token in facts.tokens[max(0, at - 3) : at]]
    nouns = {"disk", "volume", "drive"} if meaning is _DISK else {"balancer", "lb", "alb", "nlb", "elb"}
    return bool(nouns & set(before))


def _stands_alone(facts: Facts, at: int, lexicon: Lexicon) -> bool:
    """`grow spare to 20 GB`: a word that only says what a thing is like, and no thing follows."""
    if lexicon.phrases.get((facts.tokens[at].word,)) != frozenset({"new"}):
        return False
    for token in facts.tokens[at + 1 :]:
        if token.kind in ("mark", "name", "id") or token.word in {
            "to",
            "up",
            "from",
            "on",
            "at",
            "is",
            "and",
            "into",
        }:
            return True
        if lexicon.phrases.get((token.word,), frozenset()) & {"vm", "disk", "lb", "network"}:
            return False
    return True


def _marked(facts: Facts, world: World, region: str, lexicon: Lexicon) -> Facts:
    disks = {tags(row).get("Name", "").lower() for row in world.volumes(region)}
    balancers = {str(row["LoadBalancerName"]).lower() for row in world.balancers(region)}
    machines = {machine.name.lower() for machine in world.machines(region)}
    given = {name.lower() for name in facts.names}
    marks = list(facts.marks)
    others: set[str] = set()
    for at, token in enumerate(facts.tokens):
        said = token.text.lower().removesuffix("'s")
        meaning = _DISK if said in disks else _BALANCER if said in balancers else None
        called = said in given and _called(facts, at, meaning)
        if (
            meaning is None
            or (said in machines | given and not called)
            or token.kind not in ("word", "name", "quoted")
        ):
            continue
        if token.kind == "word" and (said in lexicon.words or said in lexicon.common):
            # `data` and the like are words first: they are names only if nothing else holds them.
            before = facts.tokens[at - 1].word if at else ""
            after = facts.tokens[at + 1].word if at + 1 < len(facts.tokens) else ""
            if (
                not called
                and not _stands_alone(facts, at, lexicon)
                and (
                    said in lexicon.words
                    or not {before, after}
                    & {
                        "disk",
                        "volume",
                        "drive",
                        "of",
                        "detach",
                        "grow",
                    }
                )
            ):
                continue
        if token.kind == "word" and said in given and not called:
            continue
        marks = [mark for mark in marks if not mark.first <= at < mark.last]
        marks.append(Mark(at, at + 1, meaning, said))
        others.add(said)
    if not others:
        return facts
    names = tuple(name for name in facts.names if name.lower() not in others)
    facts = replace(facts, names=names)
    return replace(facts, marks=tuple(sorted(marks, key=lambda mark: mark.first)), others=frozenset(others))
