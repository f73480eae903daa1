"""Which existing machines a request means. Owns reference by name, identifier, kind, tag, `it` and `all`;
where several could be meant, the user is asked rather than guessed for.
"""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.kinds import is_for, kind_words, of_kind, roles_said
from skywright.brains.builtin.strays import speaks_of_all
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.world import Machine, World

_MOST_CHOICES = 12
_PLURAL = re.compile(
    r"\b(vms|machines|servers|boxes|instances|nodes|hosts|them|they|those|these|both|"
    r"fleet|computers|workers|guests)\b"
)
ALL = "all of them"
"""The choice of every machine that was offered."""
_ONE_OF = re.compile(r"\b(?:one|either|any) of (?:the|my|our|these|those|your|them)\b")
_ASKED = frozenset({"vm", "resource", "everything", "running", "disk", "address", "cost"})
"""What a question must speak of for none of it to be an answer."""


def named_in(facts: Facts, machines: Iterable[Machine]) -> list[Machine]:
    """The machines that the text names by name, identifier or address, in the text's order."""
    at: dict[str, tuple[int, Machine]] = {}
    made = any("create" in mark.concepts and mark.first < 2 for mark in facts.marks)
    said = [_said(token, made) for token in facts.tokens]
    text = " " + " ".join(said) + " "
    for machine in machines:
        keys = {
            machine.id.lower(),
            machine.name.lower(),
            machine.row.get("PublicIpAddress") or "",
            machine.row.get("PrivateIpAddress") or "",
        }
        for key in keys - {""}:
            place = said.index(key) if key in said else -1
            if place < 0 and " " in key and f" {key} " in text:
                place = text.index(f" {key} ")
            if place >= 0 and machine.id not in at:
                at[machine.id] = (place, machine)
    return [machine for _, machine in sorted(at.values(), key=lambda item: (item[0], item[1].id))]


def _said(token: Token, made: bool) -> str:
    """What a token may name a machine by: `Name=web-1` does so by the value, unless some is to be made."""
    text = token.text.lower().removesuffix("'s")
    return text.removeprefix("name=").strip("\"'") if token.kind == "pair" and not made else text


def choose(facts: Facts, machines: Sequence[Machine], world: World, many: bool) -> list[Machine]:
    """The machines that the text means, out of those of one region.

    Args:
        many: whether, if nothing is said, all of them may be taken (right for a question, never for a
        change).

    Raises:
        Ask: It could be several, or a name is not quite one that exists.
        Cannot: There is none.
    """
    found = named_in(facts, machines)
    missing = [
        name for name in unknown_names(facts) if not any(_is_of(name, machine) for machine in machines)
    ]
    if missing and not found:
        _ask_about_missing(missing, machines)
    if found:
        if missing and any("-" in name for name in missing):
            _ask_about_missing([name for name in missing if "-" in name], machines)
        return found if many else told_apart(facts, found)
    if not machines:
        raise Cannot("there are no machines there")
    fitting = of_kind(facts, machines)
    if not fitting and many:
        return list(machines)  # `are there any stopped machines?`: the answer shows that there are none
    if not fitting:
        raise Cannot(f"none of the machines there is like that; there are {_listed(machines)}")
    if not many and (ways := _missing_role(facts, fitting)):
        text = (
            f"No machine there is called like '{sorted(ways)[0]}'. Which one? There are {_listed(fitting)}."
        )
        raise which(text, fitting)
    return _settled(facts, fitting, many)


def _missing_role(facts: Facts, machines: Sequence[Machine]) -> set[str]:
    """What the machines meant are said to be for, if none of these is."""
    said = roles_said(facts)
    return next((ways for ways in said if not any(is_for(machine, ways) for machine in machines)), set())


def _settled(facts: Facts, fitting: list[Machine], many: bool) -> list[Machine]:
    text = facts.words
    if len(fitting) > 1 and not many and _ONE_OF.search(text):
        raise which(f"Which machine? There are {_listed(fitting)}.", fitting)
    every = bool(facts.concepts & {"all", "everything"}) and (many or speaks_of_all(text))
    plural = bool(
        _PLURAL.search(text)
        or ("vm" not in facts.concepts and facts.concepts & {"everything", "disk", "monitoring"})
        or re.search(r"\b(?:every|each) (?:\w+ )?(?:vm|machine|server|box|instance|node|host|one)\b", text)
    )
    if len(fitting) == 1 or (every and (plural or many)) or many:
        return fitting
    if plural and (re.search(r"\bboth\b", text) and len(fitting) == 2):
        return fitting
    if facts.count is not None and facts.count == len(fitting) and facts.count > 1:
        return fitting
    if (
        plural
        and facts.count is None
        and re.search(r"\b(?:the|my|our|these|those|all|them|they)\b", text)
        and kind_words(facts, fitting)
    ):
        return fitting
    raise which(f"Which machine? There are {_listed(fitting)}.", fitting, ALL if plural else "")


def which(text: str, machines: Sequence[Machine], every: str = "") -> Ask:
    """The question which of some machines is meant; each choice with what tells it from the others.

    Args:
        every: what the choice of all of them is called; empty: there is none.
    """
    shown = machines[:_MOST_CHOICES]
    labels = [machine.label for machine in machines]
    names = tuple(each.label if labels.count(each.label) == 1 else each.id for each in shown)
    details = tuple(_detail(each, names[at]) for at, each in enumerate(shown))
    return Ask("vm", text, (*names, every) if every else names, details)


def _detail(machine: Machine, shown: str) -> str:
    """What tells a machine from others, beyond what it is shown as."""
    address = machine.row.get("PublicIpAddress") or machine.row.get("PrivateIpAddress") or ""
    said = (machine.name, machine.id, machine.type, machine.state, str(address), machine.zone)
    return ", ".join(each for each in said if each and each != shown)


def told_apart(facts: Facts, found: Sequence[Machine]) -> list[Machine]:
    """The machines that were named, where each name means one; an identifier or an address beside it tells.

    Raises:
        Ask: Several have the name, and it was not said that all of them are meant.
    """
    words = {_said(token, False) for token in facts.tokens}
    kept: list[Machine] = []
    doubtful: dict[str, list[Machine]] = {}
    for machine in found:
        alike = namesakes(machine, found)
        marked = [each for each in alike if _marked(each) & words]
        if len(alike) > 1 and not marked and not _all_meant(facts, len(alike)):
            doubtful[machine.name.lower()] = alike
        if not marked or machine in marked:
            kept.append(machine)
    if doubtful:
        groups = list(doubtful.values())
        text = ", ".join(f"{len(alike)} machines are called '{alike[0].name}'" for alike in groups)
        one = "Which one?" if len(groups) == 1 else "Which are meant? Say their ids."
        raise which(f"{text}. {one}", [each for alike in groups for each in alike], ALL)
    return kept


def namesakes(machine: Machine, machines: Iterable[Machine]) -> list[Machine]:
    """The machines of that machine's name, itself among them."""
    return [each for each in machines if each.name and each.name.lower() == machine.name.lower()]


def _marked(machine: Machine) -> set[str]:
    """What is a machine's alone."""
    addresses = (machine.row.get("PublicIpAddress"), machine.row.get("PrivateIpAddress"))
    return {machine.id.lower(), *(str(address) for address in addresses if address)}


def _all_meant(facts: Facts, many: int) -> bool:
    every = bool({"all", "everything"} & facts.concepts) and speaks_of_all(facts.words)
    return every or facts.count == many or bool(re.search(r"\b(?:each|both)\b", facts.words))


def unknown_names(facts: Facts) -> list[str]:
    """Names that stand in the text and are no value of anything else, such as `web-9`."""
    given = {*facts.names, *facts.tags, *facts.tags.values(), facts.balancer}
    named = [token.text for token in facts.tokens if token.kind == "name" and token.text not in given]
    return [
        name
        for name in (*named, *(id for id in facts.ids if id.startswith("i-")))
        if not re.fullmatch(r"[\d-]+", name) and name.lower() not in facts.others
    ]


def _is_of(name: str, machine: Machine) -> bool:
    return name.lower() in (machine.name.lower(), machine.id.lower())


def _ask_about_missing(missing: Sequence[str], machines: Sequence[Machine]) -> None:
    labels = [machine.label for machine in machines]
    if not labels:
        raise Cannot(f"there is no machine '{missing[0]}' there, nor any other")
    near = process.extract(missing[0], labels, scorer=OSA.distance, limit=5)
    choices = tuple(str(hit[0]) for hit in near)
    raise Ask("vm", f"There is no machine '{missing[0]}'; there are {_listed(machines)}. Which one?", choices)


def _listed(machines: Sequence[Machine]) -> str:
    shown = ", ".join(machine.label for machine in machines[:_MOST_CHOICES])
    return shown + (f" and {len(machines) - _MOST_CHOICES} more" if len(machines) > _MOST_CHOICES else "")


def in_target(facts: Facts, world: World, region: str, many: bool, said: bool) -> list[Machine]:
    """The machines meant, in the region that was said, or else wherever they are.

    A question about machines that nobody named may be about none.

    Raises:
        Ask, Cannot: As for `choose`; the sentence names the region.
    """
    here = world.machines(region)
    asked = many and facts.concepts & _ASKED and not unknown_names(facts)
    if asked and (not here if said else world.is_empty()):
        return []  # `which machines are there?`: none
    if said:
        if not here:
            raise Cannot(f"there are no machines in {region}{_elsewhere(world, region)}")
        return choose(facts, here, world, many)
    wanted = unknown_names(facts)
    role = _missing_role(facts, here)
    if here and (named_in(facts, here) or not (wanted or role)):
        return choose(facts, here, world, many)
    others = [place for place in world.everywhere() if place != region]
    found = [machine for place in others for machine in named_in(facts, world.machines(place))]
    if found:
        return _one_place(found if many else told_apart(facts, found), many)
    alike = [machine for place in others for machine in world.machines(place) if is_for(machine, role)]
    if alike and not wanted:
        return _one_place(choose(facts, alike, world, many), many)
    if here:
        return choose(facts, here, world, many)
    if not others:
        raise Cannot("there are no machines in this account yet")
    everything = [machine for place in others for machine in world.machines(place)]
    if many:
        return choose(facts, everything, world, many)
    return _one_place(choose(facts, everything, world, many), many)


def _one_place(found: list[Machine], many: bool) -> list[Machine]:
    places = sorted({machine.region for machine in found})
    if len(places) > 1 and not many:
        raise Ask("region", f"Those machines are in {', '.join(places)}. Which region?", tuple(places))
    return found


def _elsewhere(world: World, region: str) -> str:
    places = [place for place in world.everywhere() if place != region]
    return f"; there are some in {', '.join(places)}" if places else ""
