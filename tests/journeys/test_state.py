"""What is in an account, at the command line: looked at, asked about, drawn, and as it was before."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from tests.user import Cloud, User

REGION = "eu-west-1"


@pytest.fixture
def account(user: User) -> Cloud:
    return user.account()


def test_what_others_did_is_found_by_the_next_look(user: User, account: Cloud) -> None:
    here = ("--target", account.target)
    ec2 = account.client("ec2", REGION)
    disk = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    first = user.run("state", "refresh", *here, "--region", REGION, "--json").json
    assert disk in first["new"] and first["complete"] and not first["changed"]
    then = datetime.now(UTC).isoformat()

    ec2.create_tags(Resources=[disk], Tags=[{"Key": "Name", "Value": "mine"}])
    more = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=9)["VolumeId"]
    second = user.run("state", "refresh", *here, "--region", REGION, "--json").json
    assert (second["new"], second["changed"], second["gone"]) == ([more], [disk], [])

    disks = user.run("state", "show", *here, "--type", "ec2:volume", "--json").json["resources"]
    assert {row["id"]: row["name"] for row in disks} == {disk: "mine", more: ""}
    before = user.run("state", "show", *here, "--at", then, "--type", "ec2:volume", "--json").json
    assert [(row["id"], row["name"]) for row in before["resources"]] == [(disk, "")]
    whole = user.run("state", "show", disk, *here)
    assert "Size: 8" in whole.out and "other Tags" in whole.out
    asked = user.run("state", "query", "SELECT id FROM tags WHERE value = 'mine'", *here, "--json").json
    assert asked == {"columns": ["id"], "rows": [[disk]]}
    drawn = user.run("state", "graph", *here, "--as", "svg").out
    assert disk in drawn and ElementTree.fromstring(drawn) is not None


def test_a_run_is_followed_by_a_look(user: User, account: Cloud) -> None:
    here = ("--target", account.target)
    user.run("state", "refresh", *here, "--region", REGION)
    made = user.do("create a machine named web-1 in eu-west-1", account, "--yes").json
    machine = next(row["id"] for row in made["resources"] if row["type"] == "ec2:instance")
    shown = user.run("state", "show", *here, "--type", "ec2:instance", "--json").json["resources"]
    assert [(row["id"], row["managed_by"]) for row in shown] == [(machine, "skywright")]
    assert shown[0]["usd_month"] > 0 and any(id.startswith("subnet-") for id in shown[0]["depends_on"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "i-nothing"), "no resource 'i-nothing'"),
        (("show", "--at", "2001-01-01"), "nothing is known"),
        (("query", "DROP TABLE resources"), "only read"),
    ],
)
def test_bad_input_gets_a_sentence(user: User, words: tuple[str, ...], says: str) -> None:
    said = user.run("state", *words)
    assert said.in_one_sentence() and said.status == 2 and says in said.err, said
