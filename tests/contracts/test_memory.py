"""Memory with a model that is asked once: the second request of its kind costs no exchange."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from skywright.app.whole import App
from skywright.cli.progress import Silent
from skywright.engine.report import to_json
from skywright.memory.entry import Kept
from skywright.memory.transfer import exported, imported
from skywright.model.run import Report, Request, Status
from skywright.model.target import Target
from skywright_bench.bare.scripted import Talk, action, done, playing, served

pytestmark = pytest.mark.slow

IMAGE = "ami-12c6146b"
NUMBERS = {"two": 2, "three": 3}


def asked(talk: Talk) -> str:
    return str(talk[1]["content"]).partition("What the user asks for:\n")[2].partition("\n")[0]


def script(talk: Talk) -> str:
    """What an ordinary model would write for the request."""
    words = asked(talk)
    name = re.search(r"named ([\w-]+)", words)
    if words.startswith("Stop"):
        machine = re.search(rf"\b(i-[0-9a-f]+) Name={words.split()[-1]}\b", str(talk[1]["content"]))
        assert machine, talk
        return action("bash", f"aws ec2 stop-instances --instance-ids {machine[1]}")
    count = next((number for word, number in NUMBERS.items() if word in words), 1)
    assert name, words
    make = (
        f"aws ec2 run-instances --image-id {IMAGE} --instance-type t3.micro --count {count} "
        "--query 'Instances[].InstanceId' --output text --tag-specifications "
        f"'ResourceType=instance,Tags=[{{Key=Name,Value={name[1]}}}]'"
    )
    return action("bash", make)


def tell(talk: Talk) -> str:
    printed = str(talk[-1]["content"]).partition("It printed:")[2]
    return done({"vms": [{"id": id} for id in re.findall(r"\bi-[0-9a-f]+", printed)]})


@dataclass
class House:
    """Skywright in this process, and a model that counts what it is asked."""

    app: App
    heard: list[str]
    account: str

    def ask(self, words: str, **settings: Any) -> Report:
        request = Request(
            words, self.account, **{"brain": "openai-compatible:ordinary", "approved": True, **settings}
        )
        return self.app.engine.drive(self.app.engine.begin(self.app.check(request)).id)

    def asked(self) -> int:
        """How often the model was asked since the last time."""
        often = len(self.heard)
        self.heard.clear()
        return often

    def machines(self) -> list[dict[str, Any]]:
        account = self.app.gym.account(self.account)
        ec2 = boto3.client(
            "ec2",
            region_name="us-east-1",
            endpoint_url=account.endpoint,
            aws_access_key_id=account.credential.access_key_id,
            aws_secret_access_key=account.credential.secret_access_key,
        )
        return [one for row in ec2.describe_instances()["Reservations"] for one in row["Instances"]]

    def called(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.machines() if {"Key": "Name", "Value": name} in one.get("Tags", [])]

    def remembered(self) -> tuple[Kept, ...]:
        return self.app.memory.all()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, list[str]]]:
    heard: list[str] = []
    play = playing(script, tell)

    def reply(talk: Talk) -> Any:
        heard.append(json.dumps(list(talk)))
        return play(talk)

    with served({"ordinary": reply}) as url:
        environment = {**os.environ, "SKYWRIGHT_HOME": str(tmp_path_factory.mktemp("home"))}
        environment |= {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "key-of-the-model"}
        app = App(Silent(), environment=environment)
        app.gym.up()
        try:
            yield app, heard
        finally:
            app.gym.down()
            app.close()


@pytest.fixture
def house(app: tuple[App, list[str]]) -> House:
    whole, heard = app
    heard.clear()
    whole.memory.forget([kept.entry.id for kept in whole.memory.all()])
    name = f"a{len(whole.targets.all())}"
    account = whole.gym.create(name)
    whole.targets.add(Target(name, "gym", name, account.number, "us-east-1"))
    return House(whole, heard, name)


def test_the_second_request_of_its_kind_costs_no_exchange(house: House) -> None:
    first = house.ask("Create a VM named web-1")
    assert first.status is Status.SUCCEEDED, first.error
    assert house.asked() == 2
    (kept,) = house.remembered()
    second = house.ask("Please launch a server called db-2")
    assert second.status is Status.SUCCEEDED, second.error
    assert house.asked() == 0
    (machine,) = house.called("db-2")
    assert second.answer == {"vms": [{"id": machine["InstanceId"]}]}
    told = to_json(second)
    assert any(kept.entry.id in one["text"] for one in told["advisories"])
    assert told["cost"]["llm_usd"] == 0
    assert house.app.runs.get(second.run).papers["recalled"] == [kept.entry.id, True]
    (again,) = house.remembered()
    assert {one.run for one in again.worked} == {first.run, second.run}


def test_another_count(house: House) -> None:
    assert house.ask("Create two VMs named web").status is Status.SUCCEEDED
    assert house.asked() == 2
    told = house.ask("Create three VMs named api")
    assert told.status is Status.SUCCEEDED, told.error
    assert house.asked() == 0
    made = {one["InstanceId"] for one in house.called("api")}
    assert len(made) == 3 and {one["id"] for one in told.answer["vms"]} == made


def test_a_thing_that_is_named_is_looked_up(house: House) -> None:
    for name in ("web-1", "web-2"):
        assert house.ask(f"Create a VM named {name}").status is Status.SUCCEEDED
    house.asked()
    assert house.ask("Stop web-1").status is Status.SUCCEEDED
    assert house.asked() == 2
    told = house.ask("Stop web-2")
    assert told.status is Status.SUCCEEDED, told.error
    assert house.asked() == 0
    assert house.called("web-2")[0]["State"]["Name"] in ("stopping", "stopped")


def test_what_came_from_elsewhere_is_asked_for_until_it_has_worked(house: House) -> None:
    assert house.ask("Create a VM named web-1").status is Status.SUCCEEDED
    memory = house.app.memory
    file = json.dumps(exported(memory.all()))
    memory.forget([kept.entry.id for kept in memory.all()])
    (entry,) = imported(file, "theirs.json", house.app.clouds)
    memory.keep(entry)
    house.asked()
    waits = house.ask("Create a VM named db-1", approved=False)
    assert waits.status is Status.NEEDS_APPROVAL and house.called("db-1") == []
    (reason,) = house.app.runs.get(waits.run).papers["approvals"]
    assert entry.id in reason and "has not worked here yet" in reason
    house.app.engine.approve(waits.run)
    assert house.app.engine.drive(waits.run).status is Status.SUCCEEDED
    assert house.ask("Create a VM named db-2", approved=False).status is Status.SUCCEEDED
    assert house.asked() == 0 and len(house.called("db-2")) == 1
