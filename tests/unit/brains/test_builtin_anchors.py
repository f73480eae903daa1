"""Disks and load balancers are known by their names; a name that is to be given is not one of them."""

from typing import Any

import pytest

from skywright.brains.builtin.anchors import anchored
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.reader import read
from skywright.brains.builtin.words.tokens import tokenise
from skywright.brains.builtin.world import World

WORDS = lexicon.load()


@pytest.fixture
def world(target) -> Any:
    ec2 = target.client("ec2")
    ec2.create_volume(
        AvailabilityZone="us-east-1a",
        Size=5,
        TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "archive"}]}],
    )
    return World(target.context())


def facts_of(text: str, world: World):
    facts = read(mend(tokenise(text), [], WORDS), WORDS, world.context.cloud.regions)
    return anchored(facts, world, "us-east-1", True, WORDS)[0]


@pytest.mark.parametrize("text", ["grow archive to 9 GB", "the disk named archive should have 9 GB"])
def test_an_existing_disk_is_known_by_its_name(world, text):
    facts = facts_of(text, world)
    assert facts.others == {"archive"}
    assert "known_disk" in facts.concepts
    assert facts.names == ()


def test_a_name_to_be_given_is_no_existing_disk(world):
    facts = facts_of("create a machine named archive", world)
    assert facts.others == frozenset()
    assert facts.names == ("archive",)
