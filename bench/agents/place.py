"""An account that agents share, and their machines. Owns homes and the processes in them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

REGION = "us-east-1"
_PATIENCE_SECONDS = 1800.0
"""A command that takes longer waits for ever."""


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status; None: it had to be ended."""

    status: int | None
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


@dataclass(frozen=True)
class Machine:
    """Where one agent works: a home, and a clock that may be wrong by so many seconds."""

    home: Path
    skew_seconds: float = 0.0
    more: Mapping[str, str] = field(default_factory=dict[str, str])

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Begin a command of Skywright's."""
        clock = [sys.executable, "-m", "bench.agents.skewed", str(self.skew_seconds)]
        environment = {**os.environ, **self.more, "SKYWRIGHT_HOME": str(self.home)}
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*clock, *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str) -> Said:
        """The same, and its end."""
        return self.wait(self.start(*words))

    def ask(self, *words: str) -> dict[str, Any]:
        """The same of a command that cannot but succeed; gives what it tells."""
        said = self.run(*words, "--json")
        if said.json.get("error"):
            raise RuntimeError(f"{' '.join(words)}: {said.out}")
        return said.json

    def wait(self, process: "subprocess.Popen[str]", seconds: float = _PATIENCE_SECONDS) -> Said:
        """The end of a command, which is killed if it does not come by then."""
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Said(None, out, err)
        return Said(process.returncode, out, err)

    def beside(self, home: Path, skew_seconds: float, more: Mapping[str, str]) -> "Machine":
        """Another machine with the same gym and the journal's key, as its user would have copied it."""
        home.mkdir()
        (home / "gym").symlink_to(self.home / "gym")
        shutil.copytree(self.home / "keys", home / "keys")
        return Machine(home, skew_seconds, more)


@dataclass(frozen=True)
class Account:
    """The account, and what in it the agents have in common.

    Attributes:
        disks: each with a log, a tag to which letters are appended.
    """

    name: str
    ec2: Any
    machine: str
    group: str
    disks: Sequence[str]

    def found(self) -> list[tuple[str, str]]:
        """What an outside reader finds of what agents did: (where, what), as often as it is there.

        A port counts in whichever group of the machine it is open; who is asked in words may make another.
        """
        told = self.ec2.describe_instances(InstanceIds=[self.machine])["Reservations"][0]["Instances"][0]
        ids = [group["GroupId"] for group in told["SecurityGroups"]]
        groups = self.ec2.describe_security_groups(GroupIds=ids)["SecurityGroups"]
        rules = [rule for group in groups for rule in group["IpPermissions"]]
        tags = self.ec2.describe_tags()["Tags"]
        return [
            *((self.group, str(rule["FromPort"])) for rule in rules for _ in rule["IpRanges"]),
            *((tag["ResourceId"], tag["Key"]) for tag in tags if tag["ResourceId"] == self.machine),
            *(
                (tag["ResourceId"], letters)
                for tag in tags
                if tag["Key"] == "log"
                for letters in tag["Value"].removeprefix("log:").split(".")[:-1]
            ),
        ]


def furnished(machine: Machine, disks: int) -> Account:
    """A new account of that home's gym, with a machine in a group of its own, and disks."""
    name = "shared"
    machine.ask("journal", "verify")  # who begins it makes its key, which others copy
    told = machine.ask("gym", "create", name)["accounts"]
    machine.run("target", "add", name, "--gym", name)
    aws = next(one for one in told if one["name"] == name)["aws"]
    ec2: Any = boto3.client(
        "ec2",
        region_name=REGION,
        endpoint_url=aws["endpoint"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )
    group = ec2.create_security_group(GroupName="web", Description="of web-1")["GroupId"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    named = {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}
    made = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SecurityGroupIds=[group],
        TagSpecifications=[named],
    )
    logs = {"ResourceType": "volume", "Tags": [{"Key": "log", "Value": "log:"}]}
    volumes = [
        ec2.create_volume(Size=1, AvailabilityZone=f"{REGION}a", TagSpecifications=[logs])["VolumeId"]
        for _ in range(disks)
    ]
    return Account(name, ec2, made["Instances"][0]["InstanceId"], group, volumes)
