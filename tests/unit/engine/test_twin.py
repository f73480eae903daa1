"""A twin has what its source has, up to addresses and the ids of what others make: in the battle's worlds."""

import re
import time
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest
from tests.conftest import Gym, GymAccount

from skywright.clouds.aws.clients import Client
from skywright.clouds.aws.cloud import aws
from skywright.engine.twin import carry_out
from skywright.model.resource import Inventory
from skywright.model.target import Credential
from skywright.model.values import with_texts
from skywright.program.interpret import interpret
from skywright.program.text import load
from skywright.state.gym import WISHES

ADDRESSES = (
    "Association", "ClientToken", "MacAddress", "PublicDnsName", "PublicIpAddress", "NetworkInterfaces",
    "KmsKeyId", "AutoScalingGroupARN", "Instances",
)  # fmt: skip
ID = re.compile(r"\b[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,17}\b")


def client(account: GymAccount, **headers: str) -> Client:
    credential = Credential(account.access_key_id, account.secret_access_key)
    return Client(account.endpoint, credential, headers)


def furnish(account: GymAccount, *setups: str) -> None:
    folder = files("skywright_bench") / "tasks" / "setups"
    for name in setups:
        program = load((folder / f"{name}.yaml").read_text("utf-8"))
        look = client(account)
        interpret(program, look, aws().catalogue, time.sleep, time.monotonic, lambda _: None)


def twin_of(gym: Gym, source: GymAccount, regions: list[str]) -> tuple[GymAccount, Inventory, dict[str, str]]:
    """A twin, what was read of its source, and the ids of the same things in both."""
    remaking = aws().remaking
    assert remaking is not None
    look = client(source)
    there = remaking.survey(look, regions).resources
    founded = remaking.founded(look, there, regions)
    remade = remaking.remake(there, founded.ids)
    wanted = {"name": f"{source.name}-twin", "account_id": source.account_id}
    gym.ask("POST", "/accounts", wanted)
    twin = gym.account(wanted["name"])
    filled = gym.ask("POST", f"/accounts/{twin.name}/import", {"resources": founded.described})
    assert filled["left_out"] == []
    gym.ask("POST", f"/accounts/{twin.name}/clock", {"durations": "none"})
    made = carry_out(
        remade,
        lambda ids: client(twin, **({WISHES: " ".join(ids)} if ids else {})),
        time.sleep,
        time.monotonic,
    )
    assert made.failed == {}
    return twin, there, {id: id for id in founded.ids} | dict(made.ids)


def essence(inventory: Inventory, ids: Mapping[str, str]) -> dict[str, Any]:
    """What is compared: of what is made, and not of what makes itself, all but addresses and others' ids."""

    def known(text: str) -> str:
        return text if text in ids.values() else ID.sub(lambda id: ids.get(id[0], "?"), text)

    return {
        ids[id]: with_texts(
            {name: value for name, value in one.properties.items() if name not in ADDRESSES}, known
        )
        for id, one in inventory.items()
        if id in ids
    }


@pytest.mark.slow
def test_a_twin_of_a_shop_groups_estates_people_and_clutter_in_two_regions(gym: Gym) -> None:
    regions = ["us-east-1", "eu-west-1"]
    source = gym.fresh_account()
    gym.ask("POST", f"/accounts/{source.name}/clock", {"durations": "none"})
    furnish(source, "shop", "group", "people", "estate", "clutter", "bystanders", "traffic")
    twin, there, ids = twin_of(gym, source, regions)
    remaking = aws().remaking
    assert remaking is not None
    here = remaking.survey(client(twin), regions).resources
    assert ids == {id: id for id in ids}, "the gym gives the ids that are wished for"
    assert essence(here, {id: id for id in ids.values()}) == essence(there, ids)
    assert len(here) == len(there)
    made_by_others = {one.type for id, one in there.items() if id not in ids and not one.managed_by}
    assert made_by_others <= {"ec2:network-interface", "ec2:volume"}


def test_wishes_are_granted_to_the_owner_only_and_to_what_fits(gym: Gym) -> None:
    account = gym.fresh_account()
    owner = client(account, **{WISHES: "vol-0123456789abcdef0 nonsense"})
    arguments = {"AvailabilityZone": "eu-west-1a", "Size": 1}
    create = load("skywright: 1\nname: x\nsteps: [{id: a, do: ec2:CreateVolume}]").steps[0].operation
    assert create is not None
    assert owner.call(create, arguments, "eu-west-1")["VolumeId"] == "vol-0123456789abcdef0"
    account.client("iam").create_user(UserName="guest")
    key = account.client("iam").create_access_key(UserName="guest")["AccessKey"]
    guest = Client(
        account.endpoint,
        Credential(key["AccessKeyId"], key["SecretAccessKey"]),
        {WISHES: "vol-0fedcba9876543210"},
    )
    assert guest.call(create, arguments, "eu-west-1")["VolumeId"] != "vol-0fedcba9876543210"
