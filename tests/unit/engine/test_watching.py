"""What a guest changes of things that a configuration keeps is told while it is at work, each thing once."""

import time
from dataclasses import replace

from skywright.engine.watching import strays, watched
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Verdict

HELD = {"i-1": "terraform:eu-west-1"}


def call(name: str, id: str, effect: Effect = Effect.CHANGE) -> Call:
    return Call(
        "c",
        Principal("r-1", "guest", "guest", "guest", "gym"),
        Operation("ec2", name),
        effect,
        "eu-west-1",
        {"Resources": [id]},
        0.0,
        Verdict(Decision.ALLOW, "x"),
        outcome=Outcome(200, {}, None, 0.0),
    )


def test_a_change_of_what_is_kept_is_told_once_and_nothing_else_is() -> None:
    failed = replace(call("StopInstances", "i-1"), outcome=Outcome(400, None, CallError("Denied", "no"), 0.0))
    done = (call("CreateTags", "i-2"), call("DescribeInstances", "i-1", Effect.READ), failed)
    told: set[str] = set()
    assert not list(strays(done, HELD, told))
    (line,) = strays((*done, call("CreateTags", "i-1"), call("DeleteTags", "i-1")), HELD, told)
    assert "ec2:CreateTags" in line and "i-1" in line and "workspace eu-west-1" in line
    assert not list(strays((call("CreateTags", "i-1"),), HELD, told))


def test_it_is_told_while_the_guest_is_at_work() -> None:
    done: list[Call] = []
    said: list[str] = []
    with watched(HELD, lambda: tuple(done), said.append):
        done.append(call("CreateTags", "i-1"))
        until = time.monotonic() + 10
        while not said and time.monotonic() < until:
            time.sleep(0.02)
        assert len(said) == 1
    assert len(said) == 1


def test_what_was_done_at_the_very_end_is_told_as_well() -> None:
    said: list[str] = []
    done: list[Call] = []
    with watched(HELD, lambda: tuple(done), said.append):
        done.append(call("CreateTags", "i-1"))
    assert len(said) == 1


def test_nobody_is_watched_where_nothing_is_kept() -> None:
    with watched({}, lambda: 1 / 0, lambda _: None):  # type: ignore[arg-type, return-value]
        pass
