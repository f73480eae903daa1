"""The gym's process: starting, keeping what changed, going down, and coming up again."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import Gym, start_gym, wait_for_end

SERVE = [sys.executable, "-m", "skywright_gym", "serve", "--home"]


@pytest.fixture
def home(tmp_path):
    yield tmp_path / "gym"
    announced = tmp_path / "gym" / "gym.json"
    if announced.exists():
        os.kill(json.loads(announced.read_text())["pid"], signal.SIGKILL)


def vpcs(gym: Gym, name: str = "default") -> set[str]:
    return {v["VpcId"] for v in gym.account(name).client("ec2").describe_vpcs()["Vpcs"]}


def make_vpc(gym: Gym) -> str:
    return gym.account().client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def test_comes_up_for_its_user_alone(home):
    gym = start_gym(home)
    assert stat.S_IMODE((home / "gym.json").stat().st_mode) == 0o600
    assert gym.control.startswith("http://127.0.0.1:")
    assert [a["name"] for a in gym.ask("GET", "/status")["accounts"]] == ["default"]
    gym.down()
    assert not (home / "gym.json").exists()


@pytest.mark.parametrize("way", ["down", "SIGTERM"])
def test_what_was_made_is_there_after_going_down_and_up(home, way):
    gym = start_gym(home)
    vpc = make_vpc(gym)
    fork = gym.fork("default", "the-fork")
    gym.ask("POST", "/accounts/default/snapshots", {"name": "s"})
    before = gym.account()
    if way == "down":
        gym.down()
    else:
        os.kill(gym.pid, signal.SIGTERM)
        wait_for_end(gym.pid)
    gym = start_gym(home)
    after = gym.account()
    assert (after.access_key_id, after.account_id) == (before.access_key_id, before.account_id)
    assert vpc in vpcs(gym) and vpc in vpcs(gym, "the-fork")
    assert gym.account("the-fork").secret_access_key == fork.secret_access_key
    gym.reset("default")
    gym.ask("POST", "/accounts/default/restore", {"snapshot": "s"})
    assert vpc in vpcs(gym)
    gym.delete("the-fork")
    gym.down()
    assert [p.name for p in (home / "accounts").iterdir()] == ["default.world"]


@pytest.mark.slow
def test_a_kill_loses_seconds_at_most(home):
    gym = start_gym(home)
    vpc = make_vpc(gym)
    kept = home / "accounts" / "default.world"
    deadline = time.monotonic() + 20
    while not (kept.exists() and vpc.encode() in kept.read_bytes()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.kill(gym.pid, signal.SIGKILL)
    wait_for_end(gym.pid)
    gym = start_gym(home)
    assert vpc in vpcs(gym)
    gym.down()


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut short", "changed", "no account at all", "another version"])
def test_a_corrupt_file_is_set_aside_and_a_fresh_account_comes_up(home, damage):
    gym = start_gym(home)
    vpc = make_vpc(gym)
    gym.down()
    path = home / "accounts" / "default.world"
    data = path.read_bytes()
    path.write_bytes(
        {
            "cut short": data[: len(data) // 2],
            "changed": data[:-10] + b"x" * 10,
            "no account at all": os.urandom(100),
            "another version": data.replace(b'"version": 1', b'"version": 9', 1),
        }[damage]
    )
    command = [*SERVE, str(home), "--detach"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.count("\n") == 1 and "set aside as default.world.corrupt-1" in done.stderr
    told = json.loads((home / "gym.json").read_text())
    gym = Gym(home, told["pid"], told["control"], told["token"])
    assert vpc not in vpcs(gym)
    gym.down()
    assert (home / "accounts" / "default.world.corrupt-1").exists()


def refused(*options: str) -> str:
    done = subprocess.run([*SERVE, *options], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("detach", [[], ["--detach"]])
def test_what_keeps_it_from_serving_is_one_sentence(home, tmp_path, detach):
    gym = start_gym(home)
    assert "already up" in refused(str(home), *detach)
    assert gym.account()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"port {port}" in refused(str(tmp_path / "other"), "--port", port, *detach)
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refused(str(tmp_path / "file" / "home"), *detach)
    gym.down()


def test_wrong_use_has_status_2(home):
    done = subprocess.run([*SERVE, str(home), "--port", "x"], capture_output=True, check=False)
    assert done.returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_at_rest_it_is_small_and_idle(home):
    gym = start_gym(home)
    vpcs(gym)
    time.sleep(4)
    before = _cpu_seconds(gym.pid)
    time.sleep(4)
    assert _cpu_seconds(gym.pid) - before < 0.1
    status = Path(f"/proc/{gym.pid}/status").read_text()
    resident_kb = int(status.partition("VmRSS:")[2].split()[0])
    assert resident_kb < 400_000
    gym.down()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
