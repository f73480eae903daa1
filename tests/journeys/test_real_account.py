"""A real account, named by profile: a stock moto server with its IAM enforcement on stands for it.

What is done there is judged by plain boto3 with an administrator's key that the user never has.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from tests.user import Said, User

pytestmark = pytest.mark.slow

REGION = "eu-west-1"
NUMBER = "123456789012"
OTHER_NUMBER = "222222222222"
MAY = ["ec2:*", "elasticloadbalancing:*", "cloudwatch:*", "monitoring:*"]
MAY_NOT = ["elasticloadbalancing:CreateListener"]


def policy(allowed: list[str], denied: list[str]) -> str:
    statements = [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]
    if denied:
        statements.append({"Effect": "Deny", "Action": denied, "Resource": "*"})
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@dataclass
class Real:
    """The account, and the folder with a user's AWS configuration that leads there."""

    endpoint: str
    folder: Path
    keys: dict[str, tuple[str, str]]
    server: "subprocess.Popen[bytes]"

    def client(self, service: str, key: str = "admin") -> Any:
        id, secret = self.keys[key]
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=id,
            aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def configure(self, **profiles: str) -> None:
        """Profile -> whose key it has (`none` for none, `wrong` for one that nobody knows)."""
        config = [
            f"[profile {name}]\nregion = {REGION}\nendpoint_url = {self.endpoint}\n" for name in profiles
        ]
        secrets = [
            f"[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"
            for name, key in profiles.items()
            if key != "none"
            for id, secret in [self.keys[key]]
        ]
        (self.folder / "config").write_text("".join(config))
        (self.folder / "credentials").write_text("".join(secrets))

    def forbid(self, *actions: str) -> None:
        document = policy(MAY, list(actions))
        self.client("iam").put_user_policy(UserName="ops", PolicyName="may", PolicyDocument=document)

    def machines(self) -> list[dict[str, Any]]:
        answer = self.client("ec2").describe_instances()
        found = [machine for each in answer["Reservations"] for machine in each["Instances"]]
        return [machine for machine in found if machine["State"]["Name"] != "terminated"]


def admin_of(real: Real, name: str) -> tuple[str, str]:
    iam = real.client("iam", "bootstrap" if name == "admin" else "assumed")
    iam.create_user(UserName=name)
    document = policy(["*"], [])
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    server = subprocess.Popen(command, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = tmp_path_factory.mktemp("aws")
    account = Real(f"http://127.0.0.1:{port}", folder, {"bootstrap": ("boot", "strap")}, server)
    try:
        await_answer(account)
        account.keys["admin"] = admin_of(account, "admin")
        iam = account.client("iam")
        iam.create_user(UserName="ops")
        account.forbid()
        key = iam.create_access_key(UserName="ops")["AccessKey"]
        account.keys["ops"] = key["AccessKeyId"], key["SecretAccessKey"]
        account.keys["wrong"] = "AKIAIOSFODNN7EXAMPLE", "wrong" * 8
        other_role = f"arn:aws:iam::{OTHER_NUMBER}:role/any"
        assumed = account.client("sts").assume_role(RoleArn=other_role, RoleSessionName="test")["Credentials"]
        account.keys["other"] = other_admin(account, assumed)
        enforce(account)
        yield account
    finally:
        server.kill()
        server.wait()


def other_admin(account: Real, assumed: dict[str, str]) -> tuple[str, str]:
    iam = boto3.client(
        "iam",
        region_name=REGION,
        endpoint_url=account.endpoint,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )
    iam.create_user(UserName="stranger")
    iam.put_user_policy(UserName="stranger", PolicyName="all", PolicyDocument=policy(["*"], []))
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def await_answer(account: Real) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(account.endpoint + "/moto-api/data.json", timeout=30).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def enforce(account: Real) -> None:
    """From here on every call is checked against IAM."""
    request = urllib.request.Request(
        account.endpoint + "/moto-api/reset-auth",
        data=b"0",
        method="POST",
        headers={"Content-Type": "text/plain"},
    )
    urllib.request.urlopen(request, timeout=30).close()


@pytest.fixture(scope="module")
def owner(real: Real, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """A user whose profile `prod` leads to the account."""
    someone = User(tmp_path_factory.mktemp("owner"))
    someone.environment |= {
        "AWS_CONFIG_FILE": str(real.folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(real.folder / "credentials"),
    }
    real.configure(prod="ops", empty="none", wrong="wrong")
    assert someone.run("target", "add", "prod", "--aws-profile", "prod", "--account", NUMBER).status == 0
    yield someone
    someone.run("gym", "down")


def do(owner: User, words: str, *options: str) -> Said:
    return owner.run("do", words, "--target", "prod", "--json", "--yes", *options, seconds=240)


def secret_in(folder: Path, secret: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_target_says_who_we_are_there(real: Real, owner: User) -> None:
    tested = owner.run("target", "test", "prod", "--json")
    assert tested.json == {
        "target": "prod", "account": NUMBER, "arn": f"arn:aws:iam::{NUMBER}:user/ops", "ok": True,
    }  # fmt: skip
    rows = owner.run("target", "list", "--json").json["targets"]
    assert {"name": "prod", "kind": "aws", "reference": "prod", "account": NUMBER} in rows
    assert owner.run("target", "add", "twice", "--aws-profile", "prod").status == 0
    assert owner.run("target", "remove", "twice").status == 0
    assert owner.run("target", "test", "twice").status == 2


@pytest.mark.parametrize(
    ("profile", "status", "says"),
    [
        ("nobody", 2, "no AWS profile 'nobody'"),
        ("empty", 1, "no credential"),
        ("wrong", 1, "is not let in"),
    ],
)
def test_a_profile_that_leads_nowhere_is_not_added(owner: User, profile: str, status: int, says: str) -> None:
    said = owner.run("target", "add", "new", "--aws-profile", profile)
    assert said.in_one_sentence() and said.status == status, said.err
    assert says in said.err
    assert "new" not in owner.run("target", "list").out


def test_another_account_than_was_said_is_not_added(owner: User) -> None:
    said = owner.run("target", "add", "new", "--aws-profile", "prod", "--account", "999999999999")
    assert said.status == 2 and NUMBER in said.err, said.err


def test_a_profile_that_leads_elsewhere_later_is_refused_and_nothing_is_done(real: Real, owner: User) -> None:
    real.configure(prod="other")
    try:
        tested = owner.run("target", "test", "prod")
        assert tested.status == 4 and tested.in_one_sentence() and OTHER_NUMBER in tested.err, tested.err
        done = do(owner, "create a VM named stray")
        assert done.status == 4 and OTHER_NUMBER in done.json["error"], done.out + done.err
        assert real.client("ec2", "other").describe_instances()["Reservations"] == []
    finally:
        real.configure(prod="ops", empty="none", wrong="wrong")


def test_an_account_that_cannot_be_reached_is_one_sentence(real: Real, owner: User) -> None:
    text = (real.folder / "config").read_text()
    (real.folder / "config").write_text(text.replace(real.endpoint, "http://127.0.0.1:9"))
    try:
        said = owner.run("target", "test", "prod")
        assert said.status == 1 and said.in_one_sentence() and "cannot be reached" in said.err, said.err
    finally:
        (real.folder / "config").write_text(text)


def test_machines_behind_a_balancer_and_back(real: Real, owner: User, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    words = "Create three VMs in the same network behind a load balancer"
    planned = owner.run("plan", words, "--target", "prod", "-o", str(file), seconds=240)
    assert planned.status == 0, planned.err
    assert real.machines() == []
    said = owner.run("apply", str(file), "--target", "prod", "--yes", "--json", seconds=240)
    assert said.status == 0, said.out + said.err
    assert len(real.machines()) == 3
    elbv2 = real.client("elbv2")
    assert len(elbv2.describe_load_balancers()["LoadBalancers"]) == 1
    group = elbv2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    targets = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert len(targets) == 3
    undone = owner.run("undo", said.json["run"], "--json", seconds=240)
    assert undone.status == 0, undone.out + undone.err
    assert real.machines() == []
    assert elbv2.describe_load_balancers()["LoadBalancers"] == []
    secret = real.keys["ops"][1]
    assert secret_in(owner.home, secret) == []
    assert owner.run("journal", "verify").status == 0


def test_what_was_there_before_is_copied_changed_and_put_back(real: Real, owner: User) -> None:
    ec2 = real.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}],
    )["Instances"][0]["InstanceId"]  # fmt: skip
    try:
        said = do(owner, "attach a 100 GB disk to web-1")
        assert said.status == 0, said.out + said.err
        attached = [
            volume["Size"]
            for volume in ec2.describe_volumes()["Volumes"]
            if any(each["InstanceId"] == made for each in volume["Attachments"])
        ]
        assert 100 in attached
        read = do(owner, "what is the status of web-1?")
        assert read.status == 0 and made in json.dumps(read.json["answer"]), read.out
        assert read.json["calls"]["write"] == 0
        assert owner.run("undo", said.json["run"], seconds=240).status == 0
        assert 100 not in [volume["Size"] for volume in ec2.describe_volumes()["Volumes"]]
    finally:
        ec2.terminate_instances(InstanceIds=[made])


def test_what_iam_forbids_is_said_and_the_rest_is_taken_back(real: Real, owner: User) -> None:
    real.forbid(*MAY_NOT)
    try:
        said = do(owner, "Create two VMs in the same network behind a load balancer")
        error = said.json["error"]
        assert "AccessDenied" in error and "CreateListener" in error, said.out + said.err
        # Stock moto keeps the interfaces and disks of machines that have ended, and then that is said.
        left = error.partition("a person must look: ")[2]
        assert said.status == (1 if left else 5), said.out + said.err
        assert all("network-interface" in each or "volume" in each for each in left.split("; ") if each)
    finally:
        real.forbid()
    assert real.machines() == []
    assert real.client("elbv2").describe_load_balancers()["LoadBalancers"] == []


def test_no_real_credential_reaches_what_runs(real: Real, owner: User, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    script = (
        "import json, os, pathlib, subprocess, sys\n"
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps(dict(os.environ)) + subprocess.run("
        "['ps', '-eo', 'args'], capture_output=True, text=True).stdout)\n"
        "import boto3\n"
        "boto3.client('ec2').describe_vpcs()\n"
    )
    said = owner.run("guard", "--target", "prod", "--", sys.executable, "-c", script)
    assert said.status == 0, said.err
    id, secret = real.keys["ops"]
    assert secret not in seen.read_text() and id not in seen.read_text()
    assert secret_in(owner.home, secret) == []
