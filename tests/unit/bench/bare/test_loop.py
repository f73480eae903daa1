"""The loop of a bare agent: when it ends, what it counts, and what the model is sent."""

from collections.abc import Sequence

import pytest

from skywright.brains.model.talk import ModelFailed, Reply, Said
from skywright_bench.bare.loop import Ended, Loop
from skywright_bench.bare.scripted import action, done
from skywright_bench.bare.words import Done, NoAction, action_of, cut, manual


class Playing:
    """A model that gives these replies, the last for ever, and keeps what it was sent."""

    def __init__(self, *replies: str | ModelFailed, usd: float | None = 0.5) -> None:
        self.replies, self.usd = list(replies), usd
        self.sent: list[list[Said]] = []

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        self.sent.append(list(talk))
        one = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(one, ModelFailed):
            raise one
        return Reply(one, 10, 2, self.usd)


class Hands:
    language = "bash"

    def __init__(self, first: Said | None = None, gist: str = "") -> None:
        self.first, self.gist, self.done = first, gist, list[str]()

    def begin(self) -> Said | None:
        return self.first

    def act(self, code: str, seconds: float) -> Said:
        self.done.append(code)
        return Said("user", f"saw {code}", self.gist and f"{self.gist} {code}")


def run(model: Playing, hands: Hands, most: int = 100, left: Sequence[float] = ()) -> Ended:
    times = list(left)
    loop = Loop(model, hands, lambda: times.pop(0) if times else 60.0, lambda *_: None, most)
    return loop.run("manual", "request")


def test_it_acts_until_the_model_says_that_it_is_done() -> None:
    model, hands = Playing(action("bash", "one"), action("bash", "two"), done({"vms": []})), Hands()
    ended = run(model, hands)
    assert hands.done == ["one", "two"]
    assert ended == Ended("succeeded", 2, 30, 6, 1.5, {"vms": []})
    assert [said.text for said in model.sent[-1]] == [
        *("manual", "request", action("bash", "one"), "saw one", action("bash", "two"), "saw two")
    ]


def test_a_loop_ends_at_the_limit() -> None:
    hands = Hands()
    assert run(Playing(action("bash", "true")), hands, most=3).status == "out of steps"
    assert len(hands.done) == 3


def test_done_at_the_limit_is_done() -> None:
    assert run(Playing(action("bash", "true"), done()), Hands(), most=1).status == "succeeded"


def test_three_replies_in_a_row_without_an_action_are_enough() -> None:
    model = Playing("hm", "hm", action("bash", "true"), "hm", "hm", "hm")
    ended = run(model, Hands())
    assert (ended.status, ended.steps, len(model.sent)) == ("no action", 1, 6)


def test_what_the_model_took_is_told_when_it_fails() -> None:
    ended = run(Playing(action("bash", "true"), ModelFailed("busy")), Hands())
    assert ended == Ended("model failed", 1, 10, 2, 0.5, said="busy")


def test_a_model_that_fails_when_time_is_up_timed_out() -> None:
    assert run(Playing(ModelFailed("silent")), Hands(), left=[5, 5, 0]).status == "timed out"


def test_time_that_is_up_ends_it() -> None:
    assert run(Playing(action("bash", "true")), Hands(), left=[5, 5, 5, 0]).status == "timed out"


def test_one_price_that_is_not_known_makes_the_sum_unknown() -> None:
    assert run(Playing(done(), usd=None), Hands()).usd is None


def test_only_the_last_page_is_sent_whole() -> None:
    model = Playing(action("bash", "one"), action("bash", "two"), done())
    run(model, Hands(Said("user", "first page", "first gist"), gist="gist of"))
    assert [said.text for said in model.sent[0]][-1] == "first page"
    pages = [said.text for said in model.sent[-1] if said.gist]
    assert pages == ["first gist", "gist of one", "saw two"]


@pytest.mark.parametrize(
    ("reply", "language", "found"),
    [
        ("I look.\n```bash\naws s3 ls\n```", "bash", "aws s3 ls"),
        ("```sh\nls\n```\nas in\n```json\n{}\n```", "bash", "ls"),
        ("```Terraform\nresource {}\n```", "hcl", "resource {}"),
        ("  ```action\n  click e1\n  ```", "action", "click e1"),
        ("```done\n```", "bash", Done()),
        ('```done\n{"vms": [1]}\n```', "bash", Done({"vms": [1]})),
    ],
)
def test_the_one_action_of_a_reply(reply: str, language: str, found: str | Done) -> None:
    assert action_of(reply, language) == found


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ("", "no block"),
        ("```python\nprint()\n```", "no block"),
        ("```bash\nls", "no block"),
        ("```bash\nls\n```\n```bash\nls\n```", "2 blocks"),
        ("```bash\nls\n```\n```done\n{}\n```", "2 blocks"),
        ("```bash\n\n```", "empty"),
        ("```done\nall is well\n```", "not JSON"),
        ("```done\n[1]\n```", "no object"),
    ],
)
def test_what_cannot_be_carried_out_is_told_to_the_model(reply: str, says: str) -> None:
    with pytest.raises(NoAction, match=says):
        action_of(reply, "bash")


def test_the_manuals_are_whole() -> None:
    for modality in ("cli", "sdk", "iac", "web"):
        assert "us-east-1" in manual(modality, "us-east-1") and "{}" in manual(modality, "us-east-1")


def test_what_is_too_long_loses_its_middle() -> None:
    assert len(cut("a" * 50_000)) < 10_100 and "40000 characters left out" in cut("a" * 50_000)
