"""A session with a real account (a stock moto server): recorded, served again, held against the gym."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.user import SKYWRIGHT, User

pytestmark = pytest.mark.slow

SESSION = textwrap.dedent("""
    import boto3, botocore
    ec2, zone = boto3.client("ec2"), "eu-west-1a"
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone=zone)
    subnet = made["Subnet"]["SubnetId"]
    print(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["CidrBlock"])
    try:
        ec2.describe_vpcs(VpcIds=["vpc-0123456789abcdef0"])
    except botocore.exceptions.ClientError as error:
        print(error.response["Error"]["Code"])
    volume = ec2.create_volume(AvailabilityZone=zone, Size=10, VolumeType="gp3")["VolumeId"]
    ec2.get_waiter("volume_available").wait(VolumeIds=[volume])
""")
PRINTED = "10.0.1.0/24\nInvalidVpcID.NotFound\n"


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Where the profile `real` is configured."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    config, keys = tmp_path / "config", tmp_path / "credentials"
    config.write_text(f"[profile real]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:{port}\n")
    keys.write_text("[real]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n")
    try:
        _await(f"http://127.0.0.1:{port}/moto-api/")
        yield {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(keys)}
    finally:
        server.kill()
        server.wait()


def _await(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise TimeoutError(address)


def test_a_real_accounts_session(tmp_path: Path, profile: dict[str, str]) -> None:
    user = User(tmp_path / "home")
    session, recording = tmp_path / "session.py", tmp_path / "session.jsonl"
    session.write_text(SESSION)
    assert user.run("target", "add", "real", "--aws-profile", "real", **profile).status == 0
    try:
        done = user.run(
            *("gym", "record", "-o", str(recording), "--target", "real", "--yes", "--"),
            *(sys.executable, str(session)),
            **profile,
        )
        assert done.status == 0 and done.out == PRINTED, done.err
        assert json.loads(recording.read_text().splitlines()[0])["source"] == "aws"
        _replays(user, recording, session)
        judged = user.run("gym", "conform", str(recording), "--json")
        # The disk's state and its throughput are what the gym knows better than a stock moto.
        assert judged.status == 1, judged.err
        differing = {one["operation"] for one in judged.json["differences"]}
        assert differing == {"ec2:CreateVolume", "ec2:DescribeVolumes"}
        assert judged.json["same"] == 4 and judged.json["differs"] == 2
    finally:
        user.run("gym", "down")


def _replays(user: User, recording: Path, session: Path) -> None:
    """The same program prints the same when the recording answers it."""
    command = [SKYWRIGHT, "gym", "replay", str(recording), "--json"]
    server = subprocess.Popen(command, env=user.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": told["endpoint"],
            "AWS_DEFAULT_REGION": told["region"],
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "any",
        }
        done = subprocess.run(
            [sys.executable, session], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 and done.stdout == PRINTED, done.stderr
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(10) == 130
