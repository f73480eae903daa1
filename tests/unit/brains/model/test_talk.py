"""What stands around a model: limits, fallback, redaction, record."""

import json
from collections.abc import Callable, Sequence

import pytest

from skywright.brains.model.talk import (
    Discreet,
    Fallback,
    Limits,
    Metered,
    ModelFailed,
    Recorded,
    Reply,
    Said,
    Spendthrift,
)
from skywright.journal.redact import STRUCK
from skywright.model.exchange import Exchange, Spent

TALK = [Said("system", "be good"), Said("user", "password: hunter2")]


class Scripted:
    """Gives one reply, or fails."""

    def __init__(self, reply: Reply | str) -> None:
        self.given = reply
        self.heard: list[Sequence[Said]] = []
        self.patience: list[float] = []

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        self.heard.append(talk)
        self.patience.append(seconds)
        if isinstance(self.given, str):
            raise ModelFailed(self.given)
        return self.given


def metered(model: Scripted, limits: Limits, spent: Spent, left: float = 1e9) -> Callable[[], Reply]:
    return lambda: Metered(model, limits, lambda: spent, lambda: left).reply(TALK, 1e9)


def test_no_secret_passes() -> None:
    model = Scripted(Reply("ok"))
    Discreet(model).reply(TALK, 1)
    assert model.heard[0][1].text == f"password: {STRUCK}" and model.heard[0][0] == TALK[0]


def test_every_exchange_is_recorded_with_what_it_took_and_without_secrets() -> None:
    told: list[Exchange] = []
    Recorded(Scripted(Reply("token: abc123", 7, 3, 0.5)), "p:m", told.append).reply(TALK, 1)
    with pytest.raises(ModelFailed):
        Recorded(Scripted("no"), "p:m", told.append).reply(TALK, 1)
    good, bad = told
    assert (good.model, good.tokens_in, good.tokens_out, good.usd) == ("p:m", 7, 3, 0.5)
    assert good.said == f"token: {STRUCK}" and json.loads(good.asked)[0] == {
        "role": "system",
        "text": "be good",
    }
    assert bad.error == "no" and bad.said == ""


def test_one_that_failed_is_not_asked_again() -> None:
    said: list[str] = []
    first, second = Scripted("down"), Scripted(Reply("here"))
    chain = Fallback([("a:1", first), ("b:2", second)], said.append)
    assert chain.reply(TALK, 9).text == chain.reply(TALK, 9).text == "here"
    assert len(first.heard) == 1 and said == ["a:1: down; going on with b:2"]


def test_the_last_that_fails_is_the_failure() -> None:
    with pytest.raises(ModelFailed, match=r"^b:2: down too$"):
        Fallback([("a:1", Scripted("down")), ("b:2", Scripted("down too"))], lambda _: None).reply(TALK, 9)
    with pytest.raises(ModelFailed, match=r"^down$"):
        Fallback([("a:1", Scripted("down"))], lambda _: None).reply(TALK, 9)


@pytest.mark.parametrize(
    ("limits", "spent", "left", "says"),
    [
        (Limits(tokens=100), Spent(tokens=99), 1e9, "100 tokens"),
        (Limits(usd=0.5), Spent(usd=0.5), 1e9, r"\$0.5"),
        (Limits(seconds=60), Spent(seconds=60), 1e9, "60 s"),
        (Limits(), Spent(), 0.0, "600 s"),
    ],
)
def test_nothing_is_asked_beyond_a_limit(limits: Limits, spent: Spent, left: float, says: str) -> None:
    model = Scripted(Reply("ok"))
    with pytest.raises(Spendthrift, match=says):
        metered(model, limits, spent, left)()
    assert not model.heard


def test_a_request_is_waited_for_no_longer_than_there_is_time() -> None:
    model = Scripted(Reply("ok"))
    metered(model, Limits(seconds=60, request_seconds=20), Spent())()
    metered(model, Limits(seconds=60, request_seconds=20), Spent(seconds=55))()
    metered(model, Limits(), Spent(), 3.0)()
    assert model.patience == [20, 5, 3]


def test_a_limit_in_dollars_needs_a_price() -> None:
    with pytest.raises(Spendthrift, match="nobody knows what the model costs"):
        metered(Scripted(Reply("ok", 1, 1, None)), Limits(usd=1), Spent())()
