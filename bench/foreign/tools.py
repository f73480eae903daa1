"""The tools, and where each is from. None of what calls the cloud was written here.

What is run is what packages ship: the commands that the AWS CLI's own documentation shows, as it writes
them, those included that the cloud refuses; and its commands of a higher level, which make calls of their
own. Of the latter only the order is ours, a line that says what is wanted.
"""

import base64
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import awscli

from bench.breadth.examples import of_service

_DOCUMENTED: Mapping[str, tuple[str, ...]] = {
    "ec2 network": (
        "ec2/create-vpc", "ec2/create-internet-gateway", "ec2/create-dhcp-options", "ec2/allocate-address",
        "ec2/create-security-group",
    ),
    "ec2 disks and keys": ("ec2/create-volume", "ec2/create-key-pair", "ec2/create-placement-group"),
    "dynamodb": ("dynamodb/create-table",),
    "messages and logs": ("sns/create-topic", "logs/create-log-group", "cloudwatch/put-metric-alarm"),
    "ssm": ("ssm/put-parameter",),
    "elbv2": ("elbv2/create-target-group",),
}  # fmt: skip
"""Pages of the AWS CLI's examples, most of whose commands need nothing that is not there, by tool."""

_ORDERS: Mapping[str, str] = {
    "aws s3 sync": "aws s3 mb s3://foreign-orders-7f3 && "
    "aws s3 sync --exclude '*' --include 'put-object.rst' {pages} s3://foreign-orders-7f3/pages",
    "aws s3 mv": "aws s3 mb s3://foreign-moves-7f3 && aws s3 cp {page} s3://foreign-moves-7f3/a && "
    "aws s3 mv s3://foreign-moves-7f3/a s3://foreign-moves-7f3/b",
}
"""Commands of the AWS CLI that are no calls, but make them."""


@dataclass(frozen=True)
class Tool:
    """What is run under the gate.

    Attributes:
        source: where what calls the cloud is from.
        given: values for parameters that are not recorded, since they are secrets or files.
    """

    name: str
    source: str
    words: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict[str, str])


def tools() -> Iterator[Tool]:
    """Every tool that can be run here."""
    release = f"awscli {awscli.__version__}"
    for name, pages in _DOCUMENTED.items():
        lines = [line for page in pages for line in _documented(page)]
        yield Tool(f"aws {name}", f"{release}, examples", ("sh", "-c", "\n".join(lines)))
    folder = Path(awscli.__file__).parent / "examples/s3api"
    page = folder / "put-object.rst"
    quoted = {"pages": shlex.quote(str(folder)), "page": shlex.quote(str(page))}
    body = {"body": base64.b64encode(page.read_bytes()).decode()}
    for name, order in _ORDERS.items():
        words = ("sh", "-c", order.format(**quoted))
        yield Tool(name, f"{release}, its transfers", words, body)


def _documented(page: str) -> Iterator[str]:
    """The commands of a page that stand by themselves, as they are written."""
    service, name = page.split("/")
    for example in of_service(service, name):
        if example.words is not None and "file" not in example.line and "^" not in example.words:
            yield shlex.join(example.words)
