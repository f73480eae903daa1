"""Memory with a model that is asked once: the second request of its kind costs no exchange."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.contracts.houses import House, furnished, opened

from skywright.app.whole import App
from skywright.engine.report import to_json
from skywright.memory.entry import Kept
from skywright.memory.transfer import exported, imported
from skywright.model.run import Report, Status
from skywright_bench.bare.scripted import Talk, action, done, playing

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


class Remembering(House):
    """A house whose model counts what it is asked."""

    def ask(self, words: str, **settings: Any) -> Report:
        return self.driven(self.begun(words, "ordinary", **settings))

    def asked(self) -> int:
        """How often the model was asked since the last time."""
        often = len(self.heard)
        self.heard.clear()
        return often

    def called(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.machines() if {"Key": "Name", "Value": name} in one.get("Tags", [])]

    def remembered(self) -> tuple[Kept, ...]:
        return self.app.memory.all()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, list[str]]]:
    with opened({"ordinary": playing(script, tell)}, tmp_path_factory.mktemp("home")) as both:
        yield both


@pytest.fixture
def house(app: tuple[App, list[str]]) -> Remembering:
    whole, heard = app
    heard.clear()
    whole.memory.forget([kept.entry.id for kept in whole.memory.all()])
    return Remembering(whole, heard, furnished(whole))


def test_the_second_request_of_its_kind_costs_no_exchange(house: Remembering) -> None:
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


def test_another_count(house: Remembering) -> None:
    assert house.ask("Create two VMs named web").status is Status.SUCCEEDED
    assert house.asked() == 2
    told = house.ask("Create three VMs named api")
    assert told.status is Status.SUCCEEDED, told.error
    assert house.asked() == 0
    made = {one["InstanceId"] for one in house.called("api")}
    assert len(made) == 3 and {one["id"] for one in told.answer["vms"]} == made


def test_a_thing_that_is_named_is_looked_up(house: Remembering) -> None:
    for name in ("web-1", "web-2"):
        assert house.ask(f"Create a VM named {name}").status is Status.SUCCEEDED
    house.asked()
    assert house.ask("Stop web-1").status is Status.SUCCEEDED
    assert house.asked() == 2
    told = house.ask("Stop web-2")
    assert told.status is Status.SUCCEEDED, told.error
    assert house.asked() == 0
    assert house.called("web-2")[0]["State"]["Name"] in ("stopping", "stopped")


def test_what_came_from_elsewhere_is_asked_for_until_it_has_worked(house: Remembering) -> None:
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
