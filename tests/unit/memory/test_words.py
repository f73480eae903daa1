"""What counts as the same request of other values, and what must not."""

import pytest

from skywright.memory.words import read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Create a VM named web-1", "create a vm named db-7."),
        ("Create a VM named web-1", "Please launch a server called web-1"),
        ("Create a VM named web-1 of type t3.micro", "Create a t3.large VM named web-1"),
        ("Create two VMs named web", "Create 3 servers called api"),
        ("Delete web-1", "Terminate web-2"),
        ("Tag i-0123456789abcdef0 with owner=alice", "Tag i-1123456789abcdef0 with owner=bob"),
        ("Create a VM named web", "Create a VM named 'my web'"),
        ("STOP THE VM web-1", "stop the vm web-2"),
    ],
)
def test_requests_of_one_shape(one: str, other: str) -> None:
    assert read(one).shape == read(other).shape
    assert len(read(one).mentions) == len(read(other).mentions)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Create a VM named web-1", "Delete a VM named web-1"),
        ("Create a VM named web-1", "Do not create a VM named web-1"),
        ("Create a VM named web-1", "Create a VM named web-1 and open port 22"),
        ("Create a VM named web-1", "Create a VM named web-1 in eu-west-1"),
        ("Create a VM named web-1", "Create a VM named web-1?"),
        ("Create a VM named web-1", "Create two VMs named web-1"),
        ("Create a VM named web-1", "Create a VM named web-1 without a public address"),
        ("Create a VM named web-1", "Create a disk named web-1"),
        ("Stop the VM web-1", "Stop all VMs"),
        ("Stop the VM web-1", "Stop the VM i-0123456789abcdef0"),
        ("Stop the VM web-1", "Start the VM web-1"),
        ("Stop the VM web-1", "Stop the VM web-1 tomorrow"),
        ("Stop web-1", "Stop web-1 and web-2"),
        ("Attach disk data-1 to web-1", "Attach web-1 to disk data-1"),
        ("Tag web-1 with owner=alice", "Tag web-1 with Owner=alice"),
        ("Open port 22 on web-1", "Close port 22 on web-1"),
        ("Resize the disk of web-1 to 20 GB", "Resize the disk of web-1 to 20 TB"),
        ("Resize the disk of web-1 to 20 GB", "Resize the disk of web-1 by 20 GB"),
        ("Delete the VM of the disk data-1", "Delete the disk of the VM data-1"),
        ("Create 5 VMs", "Create ≥5 VMs"),
        ("Delete web-1", "Remove web-1"),
        ("Allow traffic from web-1 to 10.0.0.0/8", "Allow traffic from 10.0.0.0/8 to web-1"),
        ("Replace sg-0123456789abcdef0 with web-1", "Replace web-1 with sg-0123456789abcdef0"),
        ("Delete the name tag of web-1", "Delete the type tag of web-1"),
        ("Change the name of data-1 to gp3", "Change the type of data-1 to gp3"),
        ("Change the name of web-1 to t3.large", "Change the type of web-1 to t3.large"),
        ("Tag web-1 with team Alpha", "Tag web-1 with team alpha"),
        ("Delete the disk web-1", "Delete the disk of web-1"),
        ("Delete the web-1 disk", "Delete web-1's disk"),
    ],
)
def test_what_says_something_else_has_another_shape(one: str, other: str) -> None:
    assert read(one).shape != read(other).shape


def test_values_stand_beside_their_like() -> None:
    one, other = (
        read("Create a VM named web-1 of type t3.micro"),
        read("Launch a t3.large server called db-2"),
    )
    pairs = [(a.kind, a.text, b.text) for a, b in zip(one.mentions, other.mentions, strict=True)]
    assert pairs == [("name", "web-1", "db-2"), ("type", "t3.micro", "t3.large")]


def test_names_keep_how_they_are_written() -> None:
    assert [each.text for each in read("create a VM called Web.One").mentions] == ["Web.One"]
    assert [each.text for each in read("subscribe ops@example.com to alerts").mentions] == ["ops@example.com"]
