"""Models by name, over the wire: whatever a server does wrong is one failure, and replies are counted."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from skywright.brains.model.providers import wanted
from skywright.brains.model.settings import Settings
from skywright.brains.model.talk import ModelFailed, Said
from skywright.errors import Usage
from skywright_bench.bare.model import named
from skywright_bench.bare.scripted import BEHAVIOURS, action, served
from skywright_bench.bare.words import manual

ASKED = [Said("system", manual("cli", "us-east-1")), Said("user", "web-1?"), Said("user", "a page")]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served({**BEHAVIOURS, "counting": lambda talk: str(len(talk))}) as address:
        yield address


def test_a_reply_with_what_it_took(url: str) -> None:
    settings = {"OPENAI_BASE_URL": url, "SKYWRIGHT_MODEL_PRICE": "1/10"}
    reply = named("looping", settings).reply(ASKED, 10)
    assert reply.text == action("bash", "true")
    assert reply.tokens_in > 100 and reply.usd == pytest.approx(
        (reply.tokens_in + 10 * reply.tokens_out) / 1e6
    )


def test_what_runs_on_this_machine_costs_nothing(url: str) -> None:
    assert named("looping", {"OPENAI_BASE_URL": url}).reply(ASKED, 10).usd == 0


def test_a_price_that_nobody_knows_is_not_known(url: str) -> None:
    from skywright.brains.model.connect import connect  # takes seconds, which others need not wait for

    one = wanted("openai-compatible:looping", Settings(), {"OPENAI_BASE_URL": url})
    assert connect(replace(one, price=None)).reply(ASKED, 10).usd is None


def test_what_one_side_says_in_a_row_is_one_message(url: str) -> None:
    assert named("counting", {"OPENAI_BASE_URL": url}).reply(ASKED, 10).text == "2"


@pytest.mark.parametrize("name", ["breaking", "busy", "broken", "unheard-of"])
def test_a_server_that_fails(url: str, name: str) -> None:
    with pytest.raises(ModelFailed):
        named(name, {"OPENAI_BASE_URL": url}).reply(ASKED, 20)


def test_a_server_that_is_silent_fails_in_time(url: str) -> None:
    began = time.monotonic()
    with pytest.raises(ModelFailed, match="did not answer within"):
        named("silent", {"OPENAI_BASE_URL": url}).reply(ASKED, 0.3)
    assert time.monotonic() - began < 5


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(ModelFailed):
        named("any", {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}).reply(ASKED, 20)


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("alone", {}, "set OPENAI_BASE_URL"),
        ("moon:rock", {}, "moon:rock"),
        ("alone", {"OPENAI_BASE_URL": "http://x", "SKYWRIGHT_MODEL_PRICE": "cheap"}, "0.15/0.60"),
    ],
)
def test_a_model_that_cannot_be_had_is_one_sentence(name: str, settings: dict[str, str], says: str) -> None:
    with pytest.raises(Usage, match=says):
        named(name, settings)
