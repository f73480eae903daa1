"""Nothing is changed without a lease, and nothing is sent after it is lost; whoever it is that asks."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from skywright.errors import Unavailable
from skywright.gate import leasing
from skywright.journal.calls import calls
from skywright.model.lease import Claim, Mode
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.model.verdict import Decision
from skywright.state.database import open_database
from skywright.state.holding import Holding, elapsing
from skywright.state.leases import Leases

ZONE = "eu-west-1a"


@pytest.fixture
def leases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Leases]:
    monkeypatch.setattr(leasing, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(leasing, "_LOOK_SECONDS", 0.05)
    database = open_database(tmp_path / "leases.db")
    yield Leases(database)
    database.dispose()


def holding(
    leases: Leases, run: str, clock: Callable[[], float] = elapsing, read_at: int | None = None
) -> Holding:
    def unheard(_kind: str, _body: Mapping[str, Value], _run: str) -> None:
        pass

    return Holding(leases, Claim("gym:a", run, f"what {run} is for", {}), unheard, clock, read_at)


def tag(client: Any, id: str, value: str = "v") -> None:
    client.create_tags(Resources=[id], Tags=[{"Key": "k", "Value": value}])


def tags(world: Any, id: str) -> list[str]:
    found = world.behind("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [id]}])["Tags"]
    return [each["Value"] for each in found]


@pytest.fixture
def disk(world: Any) -> str:
    return world.behind("ec2").create_volume(Size=7, AvailabilityZone=ZONE)["VolumeId"]


def test_who_writes_what_another_has_is_refused_and_told(world: Any, leases: Leases, disk: str) -> None:
    mine, theirs = (holding(leases, run) for run in ("a", "b"))
    a = world.client(world.mint(run="a", leases=mine), "ec2")
    b = world.client(world.mint(run="b", leases=theirs), "ec2")
    tag(a, disk)
    with pytest.raises(ClientError, match=rf"run a changes it since .*what a is for.*{disk}.*lease-held"):
        tag(b, disk, "other")
    assert tags(world, disk) == ["v"]
    assert b.describe_volumes(VolumeIds=[disk])["Volumes"]
    mine.release()
    tag(b, disk, "other")
    assert tags(world, disk) == ["other"]


def test_what_appears_is_leased_before_anybody_is_told_of_it(world: Any, leases: Leases) -> None:
    a = world.client(world.mint(run="a", leases=holding(leases, "a")), "ec2")
    made = a.create_volume(Size=7, AvailabilityZone=ZONE)["VolumeId"]
    assert list(leases.good("gym:a", "a", [made])[0]) == [made]
    b = world.client(world.mint(run="b", leases=holding(leases, "b")), "ec2")
    with pytest.raises(ClientError, match="lease-held"):
        b.delete_volume(VolumeId=made)
    a.delete_volume(VolumeId=made)


def test_what_a_change_names_is_kept_from_being_changed_meanwhile(
    world: Any, leases: Leases, disk: str
) -> None:
    a = world.client(world.mint(run="a", leases=holding(leases, "a")), "ec2")
    a.create_snapshot(VolumeId=disk)
    b = world.client(world.mint(run="b", leases=holding(leases, "b")), "ec2")
    with pytest.raises(ClientError, match="run a relies on it since"):
        b.delete_volume(VolumeId=disk)
    b.create_snapshot(VolumeId=disk)


def test_a_guest_that_was_overtaken_is_told_before_it_changes_that(
    world: Any, leases: Leases, disk: str
) -> None:
    guest = holding(leases, "g", read_at=leases.number("gym:a"))
    other = holding(leases, "a")
    tag(world.client(world.mint(run="a", leases=other), "ec2"), disk)
    other.release()
    g = world.client(world.mint(run="g", leases=guest), "ec2")
    with pytest.raises(ClientError, match=r"run a has changed .*look again.*read-stale"):
        tag(g, disk, "blind")
    assert tags(world, disk) == ["v"]
    tag(g, disk, "seeing")
    assert tags(world, disk) == ["seeing"]


def test_who_slept_past_his_lease_cannot_write(world: Any, leases: Leases, disk: str) -> None:
    now = [100.0]
    a = world.client(world.mint(run=disk, leases=holding(leases, disk, lambda: now[0])), "ec2")
    tag(a, disk)
    now[0] += 31
    with pytest.raises(ClientError, match="stopped for too long"):
        tag(a, disk, "late")
    assert tags(world, disk) == ["v"]
    world.gate.close()
    first, last = calls(world.journal, disk)
    assert first.fence == 1
    assert (last.verdict.rule, last.outcome) == ("lease-lost", None)


def test_what_is_named_otherwise_is_leased_all_the_same(world: Any, leases: Leases) -> None:
    behind = world.behind("ec2")
    id = behind.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    mine = holding(leases, "a")
    assert mine.try_take({id: Mode.WRITE}) is None
    b = world.client(world.mint(run="b", leases=holding(leases, "b")), "ec2")
    port = {"IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    with pytest.raises(ClientError, match=rf"run a changes it.*{id}.*lease-held"):
        b.authorize_security_group_ingress(GroupName="default", IpPermissions=[port])
    mine.release()
    b.authorize_security_group_ingress(GroupName="default", IpPermissions=[port])
    assert id in leases.good("gym:a", "b", [id])[0]
    b.revoke_security_group_ingress(GroupName="default", IpPermissions=[port])


def test_a_guest_keeps_nothing_from_others_for_what_was_not_done(
    world: Any, leases: Leases, disk: str
) -> None:
    guest = holding(leases, "g", read_at=0)
    g = world.client(world.mint(run="g", leases=guest), "ec2")
    b = world.client(world.mint(run="b", leases=holding(leases, "b", read_at=0)), "ec2")
    world.rules.afterwards["DeleteVolume"] = Decision.DENY
    with pytest.raises(ClientError, match="test-rule"):
        g.delete_volume(VolumeId=disk)
    with pytest.raises(ClientError, match="DryRunOperation"):
        g.create_snapshot(VolumeId=disk, DryRun=True)
    assert leases.held("gym:a")[0] == ()
    tag(b, disk, "b's")
    assert tags(world, disk) == ["b's"]


def test_a_store_that_takes_nothing_back_spoils_no_answer(
    world: Any, leases: Leases, disk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise Unavailable("the database of leases cannot be had")

    guest = holding(leases, "g", read_at=0)
    monkeypatch.setattr(guest, "give_back", broken)
    world.rules.afterwards["DeleteVolume"] = Decision.DENY
    with pytest.raises(ClientError, match="test-rule"):
        world.client(world.mint(run="g", leases=guest), "ec2").delete_volume(VolumeId=disk)


def test_what_a_guest_has_changed_it_keeps_whatever_else_it_is_refused(
    world: Any, leases: Leases, disk: str
) -> None:
    g = world.client(world.mint(run="g", leases=holding(leases, "g", read_at=0)), "ec2")
    tag(g, disk)
    world.rules.afterwards["DeleteVolume"] = Decision.DENY
    with pytest.raises(ClientError, match="test-rule"):
        g.delete_volume(VolumeId=disk)
    assert list(leases.good("gym:a", "g", [disk])[0]) == [disk]
    tag(g, disk, "again")
    assert tags(world, disk) == ["again"]


def test_what_waited_until_its_session_was_over_is_not_sent(
    world: Any, leases: Leases, disk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "PATIENCE_SECONDS", 20.0)
    mine = holding(leases, "a")
    assert mine.try_take({disk: Mode.WRITE}) is None
    credential = world.mint(run="b", leases=holding(leases, "b"))
    b = world.client(credential, "ec2", retries={"total_max_attempts": 1})
    with ThreadPoolExecutor(1) as beside:
        late = beside.submit(tag, b, disk, "late")
        while not leases.held("gym:a")[1]:
            time.sleep(0.01)
        assert not world.gate.is_quiet(credential, 0.0)
        world.gate.revoke(credential)
        mine.release()
        with pytest.raises(ClientError, match="session-revoked"):
            late.result()
    assert world.gate.is_quiet(credential, 5.0)
    assert tags(world, disk) == []


def test_whose_lease_was_broken_cannot_write(world: Any, leases: Leases, disk: str) -> None:
    a = world.client(world.mint(run="a", leases=holding(leases, "a")), "ec2")
    tag(a, disk)
    leases.break_("gym:a", disk)
    with pytest.raises(ClientError, match="a person, who broke the lease"):
        tag(a, disk, "late")
    assert tags(world, disk) == ["v"]


def test_a_second_process_of_the_run_shuts_out_the_first(world: Any, leases: Leases, disk: str) -> None:
    first = world.client(world.mint(run="a", leases=holding(leases, "a")), "ec2")
    tag(first, disk)
    second = world.client(world.mint(run="a", leases=holding(leases, "a")), "ec2")
    tag(second, disk, "second")
    with pytest.raises(ClientError, match="lease-lost"):
        tag(first, disk, "first again")
    assert tags(world, disk) == ["second"]


def test_a_step_that_lost_its_lease_is_not_done_and_not_in_doubt(
    world: Any, leases: Leases, disk: str
) -> None:
    run = f"r{uuid4().hex[:8]}"
    arguments = {"Resources": [disk], "Tags": [{"Key": "k", "Value": "v"}]}
    program = Program(run, (Step("tag", Operation("ec2", "CreateTags"), arguments=arguments),))
    held = holding(leases, run)
    assert held.try_take({disk: Mode.WRITE}) is None
    client = world.client(world.mint("perform", run, program, leases=held), "ec2")
    leases.break_("gym:a", run)
    with pytest.raises(ClientError, match="lease-lost"):
        tag(client, disk)
    leases.release("gym:a", run)
    again = holding(leases, run)
    assert again.try_take({disk: Mode.WRITE}) is None
    tag(world.client(world.mint("perform", run, program, leases=again), "ec2"), disk)
    assert tags(world, disk) == ["v"]


def test_two_who_wait_for_each_other_are_told(world: Any, leases: Leases, disk: str) -> None:
    other = world.behind("ec2").create_volume(Size=7, AvailabilityZone=ZONE)["VolumeId"]
    mine, theirs = holding(leases, "a"), holding(leases, "b")
    assert mine.try_take({disk: Mode.WRITE}) is None
    assert theirs.try_take({other: Mode.WRITE}) is None
    assert mine.try_take({other: Mode.WRITE}) is not None
    b = world.client(world.mint(run="b", leases=theirs), "ec2")
    with pytest.raises(ClientError, match="lease-deadlock"):
        tag(b, disk)
