"""Bare agents with each pair of hands: a scripted model finds out what it was asked, step by step."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests import terraform

from skywright.brains.model.talk import Reply, Said
from skywright_bench.bare import hands
from skywright_bench.bare.__main__ import reaching
from skywright_bench.bare.loop import Loop
from skywright_bench.bare.scripted import Behaviour, action, done, playing
from skywright_bench.bare.words import language, manual

_FOUND = re.compile(r"(i-[0-9a-f]+)\b[^\n]{0,12}?\b(pending|running)")

LOOKS = {
    "cli": "aws ec2 describe-instances --output text --query '*[].Instances[].[InstanceId,State.Name]'",
    "sdk": (
        "import boto3\n"
        "for found in boto3.client('ec2').describe_instances()['Reservations']:\n"
        "    print(found['Instances'][0]['InstanceId'], found['Instances'][0]['State']['Name'])"
    ),
    "iac": (
        'data "aws_instances" "all" {}\n'
        'data "aws_instance" "one" {\n  instance_id = data.aws_instances.all.ids[0]\n}\n'
        'output "found" {\n'
        '  value = "${data.aws_instance.one.id} ${data.aws_instance.one.instance_state}"\n}\n'
    ),
    "web": "go #/vms",
}
FAILS = {"cli": "false", "sdk": "raise ValueError('no')", "iac": "nonsense {", "web": "click e99999"}
SAYS = {"cli": "status 1", "sdk": "ValueError: no", "iac": "Error:", "web": "stale reference"}


def tell(talk: Sequence[Any]) -> str:
    found = _FOUND.search(str(talk[-1]["content"]))
    assert found, talk[-1]["content"]
    return done({"vms": [{"id": found[1], "state": found[2]}]})


class Local:
    """A behaviour without a server."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        del seconds
        said = self.behaviour([{"role": one.role, "content": one.text} for one in talk])
        assert isinstance(said, str)
        return Reply(said)


@pytest.fixture(scope="module")
def account(gym: Any) -> Iterator[Any]:
    made = gym.fresh_account()
    image = made.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made.client("ec2").run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    yield made
    gym.delete(made)


@pytest.fixture
def guarded(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that `skywright guard` sets, and a model's key beside them."""
    settings = {name: value for name, value in account.environment().items() if name.startswith("AWS_")}
    for name, value in {**settings, "AWS_REGION": "eu-west-1", "OPENAI_API_KEY": "a-secret"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.slow
@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("modality", ["cli", "sdk", pytest.param("iac", marks=terraform.needed), "web"])
def test_it_sees_its_failure_and_finds_out_what_was_asked(
    modality: str, account: Any, gym: Any, tmp_path: Path
) -> None:
    mark, said = language(modality), list[Said]()
    model = Local(playing(action(mark, FAILS[modality]), action(mark, LOOKS[modality]), tell))
    with reaching(modality, tmp_path, gym.ask("GET", "/status")["portal"]) as its:
        loop = Loop(model, its, lambda: 120.0, lambda one, _: said.append(one))
        ended = loop.run(manual(modality, "eu-west-1"), "Which machines are there, in what state?")
    (row,) = ended.answer["vms"]  # type: ignore[index]
    there = account.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    assert row["id"] == there and row["state"] in ("pending", "running") and ended.steps == 2
    assert any(one.role == "user" and SAYS[modality] in one.text for one in said)


@pytest.mark.usefixtures("guarded")
def test_an_action_is_not_told_the_key_of_the_model(tmp_path: Path) -> None:
    seen = hands.shell(hands.workplace(tmp_path)).act("env", 10).text
    assert "AWS_ENDPOINT_URL" in seen and "a-secret" not in seen


@pytest.mark.usefixtures("guarded")
def test_an_action_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    assert "was stopped" in hands.shell(hands.workplace(tmp_path)).act("echo begun; sleep 60", 0.1).text
