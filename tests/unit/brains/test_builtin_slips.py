"""Little slips of fingers and sentences that a reader passes over, and what must not be passed over."""

from datetime import datetime, timedelta

import pytest

from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.ordering import standing
from skywright.brains.builtin.words.quantities import number_of, quantities
from skywright.brains.builtin.words.tokens import spoken, tokenise
from skywright.model.advice import Plan, Unclear

WORDS = lexicon.load()


def mended(text: str, *names: str) -> str:
    return spoken(mend(tokenise(text), names, WORDS))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("form on-demnad to sopt", "form on-demand to spot"),
        ("can yuo make it", "can you make it"),
        ("the old one, delet it", "the old one , delete it"),
        ("shop-front, shop-stock and shop-backup", "shop-front , shop-stock and shop-backup"),
    ],
)
def test_slips_are_mended_and_names_are_not(typed: str, meant: str) -> None:
    assert mended(typed) == meant


def test_what_is_called_like_a_slip_keeps_its_name() -> None:
    assert mended("stop yuo", "yuo") == "stop yuo"


@pytest.mark.parametrize(
    ("said", "value"),
    [("quantity of gigabyte is eighty", 80), ("size in GB: 80", 80)],
)
def test_a_unit_may_stand_before_its_number(said: str, value: int) -> None:
    assert [(number.value, number.unit) for number in quantities(tokenise(said))] == [(value, "gb")]


@pytest.mark.parametrize(
    ("said", "value"),
    [("another hundred and fifty gigs", 150), ("a hundred gb", 100), ("two hundred and five gb", 205)],
)
def test_hundreds_are_whole(said: str, value: int) -> None:
    assert [number.value for number in quantities(tokenise(said))] == [value]


def test_when_it_fails_is_no_condition_of_what_is_ordered(accounts) -> None:
    target = accounts.of_machines("kiosk", "db-1")
    said = "kiosk acts up when it starts and our IT guy said to switch on boot diagnostics for it"
    assert target.changes(said) == ["ec2:MonitorInstances"]
    assert target.changes("switch on boot diagnostics for kiosk when it acts up") == []


def test_who_is_about_to_log_in_opens_nothing(accounts) -> None:
    target = accounts.of_machines("tools-vm", "db-1")
    assert (
        target.changes("About to ssh into tools-vm from my kitchen. Address, the public one, quickly.") == []
    )


def test_a_mistyped_number_is_one_and_no_word_is() -> None:
    assert number_of("threee") == 3
    with pytest.raises(ValueError):
        number_of("managers")


@pytest.mark.parametrize(
    ("said", "later"),
    [
        ("change it to the kind that they may take back when they need it", False),
        ("the office opens on Thursday and web-1 must be bigger", False),
        ("put a disk on web-1 and I'll move the files over tonight", False),
        ("we have people starting on Monday and each should get a machine", False),
        ("stop web-1 when they need it", True),
        ("open port 80 on web-1 after the holidays", True),
    ],
)
def test_another_time_counts_only_where_it_governs_the_order(said: str, later: bool) -> None:
    assert bool(standing([mend(tokenise(said), ["web-1"], WORDS)], WORDS).later) is later


@pytest.mark.parametrize(
    "said",
    [
        "Resize web-1 to a t3.xlarge, oh hang on, Lena's just said no, drop it.",
        "Add a 50 gig disk to web-1. Sorry, wrong window.",
        "Part of me wants to throw web-1 away and start again.",
        "Can you recommend a book about building a network of friends?",
        "I'd like to terminate my neighbour's computer, is there a web for that?",
    ],
)
def test_what_is_taken_back_or_only_told_changes_nothing(accounts, said: str) -> None:
    assert accounts.of_machines("web-1", "db-1").changes(said) == []


def test_nothing_is_ended_by_a_word_that_is_only_like_its_kind(accounts) -> None:
    target = accounts.of_machines("web-1", "web-2", "db-1")
    assert "ec2:TerminateInstances" in target.changes("delete the web servers")
    assert "ec2:TerminateInstances" in target.changes("delete db-1")
    assert "ec2:TerminateInstances" not in target.changes("delete the computer that the web people have")


def test_a_name_that_is_surely_one_is_not_left_out(accounts) -> None:
    target = accounts.of_machines("old-1")
    understood = target.understand(
        "so the gang wants to demo it, could you whip up tick, trick and track and stick a new lb in front?"
    )
    made = understood.program.values().get("names", []) if isinstance(understood, Plan) else []
    assert isinstance(understood, Unclear) or made == ["tick", "trick", "track"]


def test_what_exists_is_not_made_once_more_as_a_machine(target) -> None:
    ec2 = target.client("ec2")
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "pgdata"}]}]
    ec2.create_volume(AvailabilityZone=zone, Size=8, TagSpecifications=tags)
    target.launch("web-1")
    said = "The disc with name pgdata, please make it loose from its machine; the others wait for me."
    assert "ec2:RunInstances" not in target.changes(said)
    assert "ec2:RunInstances" in target.changes('create a machine named "pgdata"'), "who quotes it means it"


def test_a_tags_key_may_begin_with_a_digit(accounts) -> None:
    plan = accounts.of_machines("web-1", "db-1").plan("tag web-1 with 2x0=yes")
    assert plan.program.values()["tags"] == [{"Key": "2x0", "Value": "yes"}]


def test_a_tags_key_is_never_a_machines_name(accounts) -> None:
    said = "a label for all of it, starting with web-1: the label is Class and should read Secret"
    assert accounts.of_machines("web-1", "db-1").changes(said) == []


@pytest.mark.parametrize(
    ("said", "operator"),
    [
        ("set an alarm on web-1 if cpu is udner 5 % for an hour", "LessThanThreshold"),
        ("set an alarm on web-1 if cpu is over 90 %", "GreaterThanThreshold"),
    ],
)
def test_nobody_is_warned_of_the_contrary(accounts, said: str, operator: str) -> None:
    plan = accounts.of_machines("web-1").plan(said)
    assert plan.program.values()["operator"] == operator


def test_ports_of_two_protocols_are_asked_for_one_by_one(accounts) -> None:
    target = accounts.of_machines("web-1", "db-1")
    assert target.changes("open udp 53 and tcp 80 on web-1") == []
    rules = target.plan("open UDP ports 10000-10100 on web-1").program.values()["rules"]
    assert [(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in rules] == [
        ("udp", 10000, 10100)
    ]


@pytest.mark.parametrize(
    ("said", "days"), [("in the last 3 days", 3), ("last week", 7), ("past 24h", 1), ("today", 1)]
)
def test_the_load_is_told_of_the_time_that_was_asked_for(accounts, said: str, days: int) -> None:
    plan = accounts.of_machines("web-1").plan(f"What was the CPU load of web-1 {said}?")
    values = plan.program.values()
    begin, end = (datetime.fromisoformat(str(values[name])) for name in ("begin", "end"))
    assert end - begin == timedelta(days=days)
