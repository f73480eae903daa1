"""What is told around a request is not read as a part of it; and what is only told orders nothing."""

from typing import Any

import pytest


def named(account: Any, words: str) -> list[str]:
    """The names of the machines that would be made, once for each."""
    program = account.plan(words).program
    steps = [step for step in program.steps if str(step.operation) == "ec2:RunInstances"]
    assert steps, words
    return [str(value) for parameter in program.parameters for value in _texts(parameter.value)]


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        (
            "Half our office is at a wedding, and the rest can't print. Is mailer actually running?",
            "Tell the state of mailer",
        ),
        ("Before I resize anything on mailer I'd like to see its disks.", "Tell the disks of mailer"),
        (
            "forgot how to ssh into web-1 from the train, remind me of its public ip",
            "Tell the addresses of web-1",
        ),
        (
            "before we delete web-2 I want a map of everything that's linked to it",
            "Tell the dependencies in us-east-1",
        ),
        (
            "Got an alert about both web-1 and web-2. Are the two of them alive?",
            "Tell the state of web-1, web-2",
        ),
    ],
)
def test_a_question_behind_a_story_is_answered(account: Any, words: str, summary: str) -> None:
    assert account.plan(words).summary.startswith(summary)


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        ("web-1 swallows pictures like peanuts, can we bung another 60 gig disk on it?", "ec2:AttachVolume"),
        ("web-1 -> spot, stopping it first is fine", "ec2:RequestSpotInstances|ec2:RunInstances"),
        ("our graphs look fine and our users don't, so put web-2 on detailed monitoring", "ec2:Monitor"),
        ("If it isn't too much trouble, attach a 20 GB disk to mailer", "ec2:AttachVolume"),
        ("Could I trouble you to attach a 15 GB disk to mailer? A restart is no bother.", "ec2:AttachVolume"),
    ],
)
def test_an_order_behind_a_story_is_carried_out_and_nothing_else(
    account: Any, words: str, operation: str
) -> None:
    done = account.changes(words)
    assert any(name.startswith(tuple(operation.split("|"))) for name in done), (words, done)
    assert "ec2:StopInstances" not in done or "spot" in words
    assert "ec2:RebootInstances" not in done


@pytest.mark.parametrize(
    "words",
    [
        "Before we delete web-1 we should talk to the team.",
        "before anyone deletes web-1, ask me",
        "My boss wanted a 50 GB disk on web-1 but changed his mind.",
        "web-1 keeps crashing, so the team wants to delete it",
        "Rumour has it that they want three new VMs in Paris.",
        "My colleague said: create app-7 and app-8 and stick a load balancer before them. I told him no.",
        "they need 3 new machines, but not from us",
        "Jim told us: make web-1 a spot instance. We refused.",
        "I'd like three new servers, or rather, I would if we had money.",
        "three new servers arrived at the office yesterday",
        "stopping web-1 is fine, but leave it running for now",
        "please forget about the three new servers",
        "chuck out web-1? never!",
        "I don't mind if web-1 is deleted",
        "can I turn web-1 into spot without downtime?",
        "Somebody added a 100 GB disk to web-1 yesterday, which one is it?",
        "create app-1, app-2 and app-3? no.",
    ],
)
def test_what_is_only_told_or_taken_back_changes_nothing(account: Any, words: str) -> None:
    assert account.changes(words) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("3 boxes. One network. sloe, damson, quince. Go.", ["sloe", "damson", "quince"]),
        ("four servers on one network would ya, ned zed ted and fred", ["ned", "zed", "ted", "fred"]),
        ("two boxes behind an lb, call em stan and ollie", ["stan", "ollie"]),
        ("Please build two machines, and name the machines red-1 and red-2.", ["red-1", "red-2"]),
        ("2 x t3.small, Name=kaf-1..kaf-2", ["kaf-1", "kaf-2"]),
        ("t3.small wanted, name: heron, London", ["heron"]),
        ("I need a jump host in Virginia. jump-3.", ["jump-3"]),
        ("a new box is due; please provision it as mule-4", ["mule-4"]),
    ],
)
def test_names_that_merely_stand_there_are_given(account: Any, words: str, names: list[str]) -> None:
    said = named(account, words)
    assert [name for name in said if name in names] == names, said


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("Put three new m5.large servers behind a new load balancer on port 80", ("3 ×", "m5.large")),
        (
            "ALB edge-lb, listener HTTP:80, target group port 9000, 3x new t3.small",
            ("edge-lb (port 80, to 9",),
        ),
        ("Create app-7, app-8 and stick a new load balancer before them", ("app-7, app-8", "load balancer")),
        (
            "three new boxes and an lb called sky-lb, traffic on port 80 goes to 8081",
            ("sky-lb (port 80, to 8081",),
        ),
        ("Stick two new nodes behind an alb, public port 80, node port 4000", ("(port 80, to 4000",)),
        ("Two machines plus balancer. Machines: sun-1, sun-2. Balancer: sun-lb.", ("sun-1, sun-2", "sun-lb")),
        (
            "Two new machines and a balancer ahead; traffic comes in on 8080, the boxes take it on 8081.",
            ("(port 8080, to 8081",),
        ),
    ],
)
def test_new_machines_behind_a_new_load_balancer(account: Any, words: str, texts: tuple[str, ...]) -> None:
    summary = account.plan(words).summary
    assert all(text in summary for text in texts), summary


def test_machines_that_exist_are_put_behind_a_new_load_balancer_and_none_is_made(account: Any) -> None:
    done = account.changes("stick a new load balancer before web-1 and web-2")
    assert "elbv2:CreateLoadBalancer" in done
    assert "ec2:RunInstances" not in done


def test_a_list_of_names_ends_before_laughter(account: Any) -> None:
    made = named(account, "get me 3 new machines on 1 network, call em ping, pong and king haha")
    assert {"ping", "pong", "king"} <= set(made) and "haha" not in made


def test_the_balancer_is_named_after_its_machines(account: Any) -> None:
    words = "three web servers with one load balancer, name them p-1, p-2, p-3 and the balancer as p-front"
    made = named(account, words)
    assert {"p-1", "p-2", "p-3", "p-front"} <= set(made)


def test_what_may_happen_at_any_time_puts_nothing_off(account: Any) -> None:
    said = "turn mailer into a spot machine, it can restart whenever it wants"
    assert "ec2:RunInstances" in account.changes(said)
    assert account.changes("restart mailer whenever it crashes") == []


def test_settings_under_the_names_of_the_api(account: Any) -> None:
    words = "RunInstances count=1, InstanceType=t3.small, AvailabilityZone=us-east-1b, Name tag = batch-2."
    made = named(account, words)
    assert {"t3.small", "batch-2"} <= set(made)
    steps = account.plan(words).program.steps
    zones = [step.arguments for step in steps if "us-east-1b" in str(step.arguments)]
    subnets = account.client("ec2").describe_subnets(
        Filters=[{"Name": "availability-zone", "Values": ["us-east-1b"]}]
    )["Subnets"]
    assert zones or subnets[0]["SubnetId"] in str(account.plan(words).program)


def test_disks_that_there_are_not_are_not_told_of(account: Any) -> None:
    plan = account.plan("turn mailer into a spot machine")
    told = [plan.summary, *(advisory.text for advisory in plan.advisories)]
    assert any("imaged, destroyed and made again" in text for text in told)
    assert not any("data disks" in text or "()" in text for text in told)
