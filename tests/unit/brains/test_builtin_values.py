"""Values that are said come back in the plan, whatever they look like and however they are mistyped."""

from typing import Any

import pytest

from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.naming import names_of
from skywright.brains.builtin.words.tagging import lone_keys, tags_of
from skywright.brains.builtin.words.tokens import clean, tokenise
from skywright.model.advice import Beyond, Concern, Unclear

WORDS = lexicon.load()
THERE = ("create 2 servers named web-1 and web-2", "create a vm named db-1 with an additional 20 GB disk")


def there(target: Any) -> None:
    for words in THERE:
        target.do(words)


@pytest.fixture
def peopled(accounts) -> Any:
    return accounts.still(there)


def names(said: str) -> tuple[str, ...]:
    tokens = mend(tokenise(clean(said)), [], WORDS)
    return names_of(tokens, tags_of(tokens))[0]


@pytest.mark.parametrize(
    "name",
    [
        "sdk-1", "sdb-2", "xvdf-3", "cli-1", "db-1-spot", "test-lb", "net-1", "image-2", "disk-3", "vpc-a",
        "port-80-proxy", "us-east-1-proxy", "load-balancer", "delete-me", "tag-server", "eu-west-1a-node",
    ],
)  # fmt: skip
def test_a_name_that_is_given_is_never_lost(name: str) -> None:
    assert names(f"create a VM named {name}") == (name,)
    assert names(f"create a VM and call it {name} please") == (name,)
    assert names(f"two boxes called mail and {name} in Paris") == ("mail", name)


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("make three vms in the same network named huey, dewey and louie", ("huey", "dewey", "louie")),
        ("four vms in one subnet named inky, blinky, pinky and clyde", ("inky", "blinky", "pinky", "clyde")),
        ("gimme a trio of boxes, call 'em tom, dick and harry", ("tom", "dick", "harry")),
        ("provision a server nmaed runner-7", ("runner-7",)),
        ("i need a machine clled tag-server", ("tag-server",)),
        ("a vm named api-1 and load-balance it", ("api-1",)),
        ("create two vms in a network named lab", ()),
        ("aws ec2 run-instances --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=cli-9}]'",
         ("cli-9",)),
    ],
)  # fmt: skip
def test_whose_name_it_is(said: str, given: tuple[str, ...]) -> None:
    assert names(said) == given


@pytest.mark.parametrize(
    ("said", "tags", "keys"),
    [
        ("create-tags db-1 Key=env,Value=prod", {"env": "prod"}, []),
        ("DeleteTags key=Owner on db-1", {}, ["Owner"]),
        ("tag db-1 env=prod", {"env": "prod"}, []),
    ],
)
def test_a_tag_as_the_clouds_own_tools_write_it(said: str, tags: dict[str, str], keys: list[str]) -> None:
    tokens = tokenise(clean(said))
    assert (tags_of(tokens), lone_keys(tokens)) == (tags, keys)


def test_what_is_made_has_every_value(peopled) -> None:
    made = {
        "launhc an ec2 instnace in us-west-2 plz, t3.medium, nmae = staging-api": (
            1, "t3.medium", ["staging-api"],
        ),
        "create vm nmae=gw-1 tpye=t3.small": (1, "t3.small", ["gw-1"]),
        "aws ec2 run-instances --instance-type c5.xlarge --count 2": (2, "c5.xlarge", ["vm-1", "vm-2"]),
        "run-instances --count 3 --instance-type c5.large, all in the same subnet of the default VPC, "
        "Name tags mpi-0, mpi-1, mpi-2": (3, "c5.large", ["mpi-0", "mpi-1", "mpi-2"]),
        "gimme a trio of boxes sharing one network, call 'em tom, dick and harry": (
            3, "t3.micro", ["tom", "dick", "harry"],
        ),
        "create a t3.meduim named typo-1": (1, "t3.medium", ["typo-1"]),
    }  # fmt: skip
    for said, wanted in made.items():
        values = peopled.plan(said).program.values()
        assert (values["count"], values["type"], values["names"]) == wanted, said


def test_a_slip_in_a_type_is_taken_and_told_and_another_family_is_asked_for(peopled) -> None:
    plan = peopled.plan("chnage the size of web-2 to t3.lrage")
    assert plan.program.values()["type"] == "t3.large"
    told = [advisory.text for advisory in plan.advisories if advisory.concern is Concern.ASSUMPTION]
    assert "There is no machine type t3.lrage; it is taken as t3.large." in told
    assert isinstance(peopled.understand("make db-1 a t9.micro"), Unclear)


@pytest.mark.parametrize(
    ("said", "encrypted"),
    [
        ("attach an encrypted 50 GB disk to web-1", True),
        ("db-1 needs another disk, 60 GB, encrypted", True),
        ("create an encrypted disk of 30 GB in us-east-1a", True),
        ("create a server named vault-1 with a 50 GB data disk, encrypted", True),
        ("attach a 30 GB disk to web-1, encryption not needed", False),
        ("attach a 30 GB disk to web-1, it need not be encrypted", False),
        ("two vms, each with an unencrypted 20 GB extra disk", False),
    ],
)
def test_a_disk_is_encrypted_if_that_was_said(peopled, said: str, encrypted: bool) -> None:
    plan = peopled.plan(said)
    written = f"{plan.program.steps} {plan.program.values()}"
    assert ("'Encrypted': " in written) is encrypted
    assert ("encrypted" in plan.summary) is encrypted


def test_an_encrypted_disk_is_made_so(target) -> None:
    target.do("create a vm named vault-1 with an additional encrypted 40 GB disk")
    target.do("attach an encrypted 50 GB disk to vault-1")
    target.do("create an encrypted disk of 30 GB")
    volumes = target.client("ec2").describe_volumes()["Volumes"]
    assert {row["Size"] for row in volumes if row["Encrypted"]} == {30, 40, 50}


def test_what_exists_is_not_encrypted_afterwards(peopled) -> None:
    ids = [row["VolumeId"] for row in peopled.client("ec2").describe_volumes()["Volumes"]]
    assert ids
    assert not hasattr(peopled.understand(f"attach {ids[0]} to web-1 and make it encrypted"), "program")


@pytest.mark.parametrize(
    "said",
    [
        "web-1 hangs. Since the oldest trick in IT is still the best, turn it off and on again please",
        "off and on again web-1",
        "switch web-1 off and back on",
        "turn web-1 off and then on again",
    ],
)
def test_off_and_on_again_is_a_restart(peopled, said: str) -> None:
    plan = peopled.plan(said)
    assert (plan.program.name, plan.summary) == ("restart machines", "Restart web-1")


def test_a_clause_that_tells_what_a_machine_is_for_orders_nothing(target) -> None:
    target.do("create two vms behind a load balancer named shop-lb, names web-1 and web-2")
    target.do("create a vm named db-1")
    plan = target.plan("register db-1 as a target of shop-lb too, yes, really, it serves the status page")
    assert plan.program.name == "add machines to a load balancer"
    assert target.plan("attach a 10 GB disk to db-1, it hosts our wiki").program.name == "attach a disk"
    told = target.do("describe the dependencies of web-2: ENI, SG, subnet, VPC, target groups, volumes")
    rows = {row["name"]: row for row in told["dependencies"]}
    group = next(row for row in told["dependencies"] if row["type"] == "elbv2:targetgroup")
    assert {"web-2", "shop-lb"} <= set(rows)
    assert {"web-1", "db-1"}.isdisjoint(rows)
    assert rows["web-2"]["id"] in group["depends_on"]


def test_a_question_about_a_way_to_a_machine_is_about_that_machine(peopled) -> None:
    said = (
        "I want to show the website on web-1 to my mum, which number do I type in the browser to get to "
        "that machine",
        "what address do I give my customers to get to web-1",
        "which ip do I use to reach web-1?",
    )
    for words in said:
        assert peopled.plan(words).summary == "Tell the addresses of web-1"


def test_the_volumes_of_a_region_include_those_that_are_attached_to_nothing(target) -> None:
    for words in (*THERE, "create a 7 GB disk"):
        target.do(words)
    told = target.do("describe-volumes us-east-1: id, size, volume type, attached instance")
    assert [row["size_gb"] for row in told["unattached"]] == [7]
    assert {row["name"] for row in told["vms"]} == {"web-1", "web-2", "db-1"}


@pytest.mark.parametrize(
    ("said", "name", "range"),
    [
        ("create a network named lab with range 10.9.0.0/16", "lab", "10.9.0.0/16"),
        ("make a network called dmz with the range 172.20.0.0/16", "dmz", "172.20.0.0/16"),
        ("I need a new VPC named prod-net, 10.50.0.0/16", "prod-net", "10.50.0.0/16"),
    ],
)
def test_a_network_by_itself(target, said: str, name: str, range: str) -> None:
    values = target.plan(said).program.values()
    assert (values["name"], values["range"]) == (name, range)


@pytest.mark.parametrize(
    "said",
    [
        "list my VMs",
        "which machines are running?",
        "what are the public ips of all machines",
        "list the disks of my machines",
        "how much do my machines cost a month",
        "is anything running in eu-west-1?",
    ],
)
def test_where_there_are_no_machines_a_question_about_all_is_answered(target, said: str) -> None:
    assert "no machines" in target.plan(said).summary or "none in" in target.plan(said).summary
    assert target.do(said)["vms"] == []


def test_where_there_are_no_machines_one_that_is_named_is_not_there(target) -> None:
    for said in ("show the state of web-9", "what's the ip of web-1?", "stop all machines", "reboot my vm"):
        assert isinstance(target.understand(said), Beyond), said
