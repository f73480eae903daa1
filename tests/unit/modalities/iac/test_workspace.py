"""What is kept of a target: the record, the lock, the state and the slice of it that may be told."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skywright.errors import Corrupt, Unavailable
from skywright.modalities.iac import state as states
from skywright.modalities.iac.workspace import STATE, Pending, opened
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.wanted import Wanted

REGION = "us-east-1"
VM = Resource("vm", "aws_instance", "vm", {"ami": "ami-1"})


def state(*rows: dict[str, Any], lineage: str = "l-1") -> str:
    return json.dumps({"version": 4, "serial": 3, "lineage": lineage, "outputs": {}, "resources": list(rows)})


def held(type_: str, name: str, *instances: dict[str, Any]) -> dict[str, Any]:
    return {"mode": "managed", "type": type_, "name": name, "instances": list(instances)}


def instance(id_: str, **more: Any) -> dict[str, Any]:
    return {"attributes": {"id": id_, **more.pop("attributes", {})}, **more}


def test_a_workspace_is_kept(tmp_path: Path) -> None:
    wanted = Wanted({"vm"}, {"a": {"b"}}, {"c"}, {"d": VM}, {"e": VM})
    with opened(tmp_path, REGION, "1") as workspace:
        workspace.settled.put(VM)
        workspace.keep(Pending("digest", Configuration({"vm": VM}), wanted, "plan", True, ("x.y",)))
        kept = workspace.pending
    with opened(tmp_path, REGION, "1") as workspace:
        assert workspace.pending == kept
        assert workspace.settled.resources == {"vm": VM}


def test_one_run_at_a_time_is_in_a_workspace_and_the_dead_hold_nothing(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from skywright.modalities.iac.workspace import opened\n"
            f"with opened(Path({str(tmp_path)!r}), {REGION!r}, '1'):\n"
            "    print('in', flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"in\n"
    with (
        pytest.raises(Unavailable, match="another run is at work in the workspace"),
        opened(tmp_path, REGION, "1"),
    ):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with opened(tmp_path, REGION, "1") as workspace:
        assert workspace.settled.resources == {}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (STATE, "{not json", "is damaged"),
        (STATE, '{"version": 3}', "of a format that is not known"),
        (STATE, state(lineage="another"), "not the one that belongs to this workspace"),
        (STATE, "", "is gone"),
        ("workspace.json", "{", "is damaged"),
        ("workspace.json", "{}", "is damaged"),
    ],
)
def test_what_is_damaged_or_somebody_elses_is_said(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    folder = tmp_path / REGION
    with opened(tmp_path, REGION, "1") as workspace:
        (folder / STATE).write_text(state())
        workspace.settle(Configuration())
    (folder / name).write_text(text)
    with pytest.raises(Corrupt, match=sentence), opened(tmp_path, REGION, "1") as workspace:
        workspace.state()


def test_another_accounts_workspace_is_not_used(tmp_path: Path) -> None:
    with opened(tmp_path, REGION, "1") as workspace:
        workspace.save()
    with pytest.raises(Corrupt, match="belongs to account 1, and this is 2"), opened(tmp_path, REGION, "2"):
        pass


def test_a_file_that_somebody_changed_is_not_written_over(tmp_path: Path) -> None:
    with opened(tmp_path, REGION, "1") as workspace:
        written = files(Configuration({"vm": VM}), REGION)
        workspace.write(written)
        workspace.write(written)
        (workspace.folder / "main.tf").write_text("# mine\n")
        with pytest.raises(Corrupt, match=r"main\.tf was changed by hand"):
            workspace.write(written)


def test_what_was_written_before_something_died_is_known_for_ours(tmp_path: Path) -> None:
    larger = files(Configuration({"vm": replace(VM, arguments={"ami": "ami-2"})}), REGION)
    for written in (files(Configuration({"vm": VM}), REGION), larger, larger):
        # Nothing is recorded after it is written.
        with opened(tmp_path, REGION, "1") as workspace:
            workspace.write(written)
    with opened(tmp_path, REGION, "1") as workspace:
        (workspace.folder / "main.tf").write_text("# mine\n")
        with pytest.raises(Corrupt, match=r"main\.tf was changed by hand"):
            workspace.write(larger)


def test_all_of_it_is_for_its_owners_eyes(tmp_path: Path) -> None:
    with opened(tmp_path, REGION, "1") as workspace:
        workspace.write(files(Configuration({"vm": VM}), REGION))
        workspace.save()
        (workspace.folder / STATE).write_text(state())
        os.chmod(workspace.folder / STATE, 0o644)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / REGION).iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / REGION).stat().st_mode) == 0o700


def test_after_an_apply_what_is_in_the_state_is_what_there_is(tmp_path: Path) -> None:
    both = Configuration({"vm": VM, "disk": Resource("disk", "aws_ebs_volume", "disk", {"size": 1})})
    with opened(tmp_path, REGION, "1") as workspace:
        (workspace.folder / STATE).write_text(
            state(held("aws_instance", "vm", instance("i-1", attributes={"arn": "arn:vm"})))
        )
        found = workspace.absorb(Pending("d", both, Wanted({"vm", "disk"}), begun=True))
    # It was cut off before the disk.
    assert list(found.resources) == ["vm"]
    assert found.resources["vm"] == replace(VM, id="i-1", arn="arn:vm", address="aws_instance.vm")


def many(count: int) -> states.State:
    rows = [held("aws_vpc", "net", instance("vpc-1", attributes={"cidr_block": "10.0.0.0/16"}))]
    machines = [
        instance(
            f"i-{number}",
            index_key=number,
            dependencies=["aws_vpc.net"],
            attributes={"ami": "ami-1", "empty": "", "user_data": "x" * 300, "password": f"secret-{number}"},
            sensitive_attributes=[[{"type": "get_attr", "value": "password"}]],
        )
        for number in range(count)
    ]
    disks = [
        held(
            "aws_volume_attachment",
            f"on_{number}",
            instance(f"vai-{number}", dependencies=["aws_instance.vm"]),
        )
        for number in range(2)
    ]
    text = state(*rows, held("aws_instance", "vm", *machines), *disks)
    path = Path(os.environ["PYTEST_STATE"])
    path.write_text(text)
    return states.read(path)


def test_of_the_state_only_the_slice_that_concerns_a_request_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_STATE", str(tmp_path / STATE))
    whole = many(200)
    part = states.slice_of(whole, {"i-7"})
    assert part["aws_instance.vm[7]"] == {"id": "i-7", "ami": "ami-1"}
    # Its neighbours are named, and no more is said of them.
    assert part["aws_vpc.net"] == {"id": "vpc-1", "needs": []}
    assert "aws_volume_attachment.on_0" in part
    assert "aws_instance.vm[8]" not in part
    assert "secret" not in json.dumps(part)
    told, size = states.measured(whole, part)
    assert size == (tmp_path / STATE).stat().st_size > 100_000
    assert told < 500
