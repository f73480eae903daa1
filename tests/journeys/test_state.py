"""What is in an account, at the command line: looked at, asked about, drawn, and as it was before."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from tests.user import Cloud, User

REGION = "eu-west-1"
SOON = {"Delay": 0.2, "MaxAttempts": 300}


@pytest.fixture
def account(user: User) -> Cloud:
    return user.account()


def test_what_others_did_is_found_by_the_next_look(user: User, account: Cloud) -> None:
    here = ("--target", account.target)
    ec2 = account.client("ec2", REGION)
    disk = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    ec2.get_waiter("volume_available").wait(VolumeIds=[disk], WaiterConfig=SOON)
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
    assert "Size: 8" in whole.out
    assert "other Tags" in whole.out
    asked = user.run("state", "query", "SELECT id FROM tags WHERE value = 'mine'", *here, "--json").json
    assert asked == {"columns": ["id"], "rows": [[disk]]}
    drawn = user.run("state", "graph", *here, "--as", "svg").out
    assert disk in drawn and ElementTree.fromstring(drawn) is not None


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


def test_what_others_do_after_a_run_is_drift_until_it_is_settled(user: User, account: Cloud) -> None:
    here = ("--target", account.target, "--region", REGION, "--json")
    ec2 = account.client("ec2", REGION)
    made = user.do("create a machine named web-1 in eu-west-1", account, "--yes").json
    machine = next(row["id"] for row in made["resources"] if row["type"] == "ec2:instance")
    shown = user.run("state", "show", "--target", account.target, "--type", "ec2:instance", "--json").json
    assert [(row["id"], row["managed_by"]) for row in shown["resources"]] == [(machine, "skywright")]
    assert shown["resources"][0]["usd_month"] > 0

    ec2.create_tags(Resources=[machine], Tags=[{"Key": "team", "Value": "a"}])
    disk = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    aws = (
        "aws",
        "ec2",
        "create-tags",
        "--region",
        REGION,
        "--resources",
        disk,
        "--tags",
        "Key=by,Value=guest",
    )
    assert user.run("guard", "--target", account.target, "--", *aws).status == 0
    found = {row["id"]: row for row in user.run("state", "drift", *here).json["drift"]}
    assert set(found) == {machine, disk}
    assert {key: found[machine][key] for key in ("kind", "field", "expected", "actual")} == {
        "kind": "changed",
        "field": "Tags.team",
        "expected": None,
        "actual": "a",
    }
    assert "not by way of the gate" in found[machine]["cause"]
    assert found[disk]["kind"] == "unmanaged" and "ec2:CreateTags by a guest" in found[disk]["cause"]

    ignored = user.run("state", "reconcile", "--ignore", "--reason", "Tom's", machine, *here).json["settled"]
    assert [row["id"] for row in ignored] == [machine]
    user.run("state", "reconcile", "--adopt", *here)
    ec2.create_tags(Resources=[machine], Tags=[{"Key": "team", "Value": "b"}])
    assert [row["actual"] for row in user.run("state", "drift", *here).json["drift"]] == ["b"]
    back = user.run("state", "reconcile", "--revert", machine, *here)
    assert back.status == 0, back
    assert not ec2.describe_tags(Filters=[{"Name": "key", "Values": ["team"]}])["Tags"]
    assert user.run("state", "drift", *here).json["drift"] == []


def test_a_disk_that_is_there_by_now_is_no_drift(user: User, account: Cloud) -> None:
    here = ("--target", account.target, "--region", REGION, "--json")
    clock = ("gym", "clock", "--account", account.target)
    ec2 = account.client("ec2", REGION)
    assert user.run(*clock, "--pause").status == 0
    disk = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    user.run("state", "refresh", *here)
    shown = ("state", "show", disk, "--target", account.target, "--json")
    assert user.run(*shown).json["resources"][0]["properties"]["State"] == "creating"

    assert user.run(*clock, "--advance", "1m").status == 0
    assert user.run("state", "drift", *here).json["drift"] == []
    assert user.run(*shown).json["resources"][0]["properties"]["State"] == "available"


def test_what_was_adopted_while_a_revert_waited_is_not_destroyed_by_it(user: User, account: Cloud) -> None:
    here = ("--target", account.target, "--region", REGION, "--json")
    ec2 = account.client("ec2", REGION)
    assert user.run("state", "drift", *here).json["drift"] == []
    disk = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    asked = user.run("state", "reconcile", "--revert", disk, *here).json
    assert asked["status"] == "needs_approval"

    assert user.run("state", "reconcile", "--adopt", disk, *here).status == 0
    said = user.run("runs", "approve", asked["run"], "--json").json
    assert (said["status"], "is not meant to be" in said["error"]) == ("refused", True), said
    assert [one["VolumeId"] for one in ec2.describe_volumes()["Volumes"]] == [disk]
