"""Runs the examples against a gym, each in an account that is new. Owns what became of each."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from bench._control import Control
from bench.breadth import prior, shapes
from bench.breadth.examples import Example
from bench.breadth.parsing import Call, Parser, Unfit

_ACCOUNT = "breadth"
_NOT_OFFERED = "does not offer"
# What `--dry-run` is answered with where the request would have been carried out.
_DRY_RUN = "DryRunOperation"

Kind = Literal[
    "succeeds", "other shape", "not implemented", "refused", "failure", "needs a resource", "unfit"
]


@dataclass(frozen=True)
class Outcome:
    """What became of an example.

    Args:
        why: The members that are missing, the error, the parameter that refers to a resource, and the like.
    """

    example: Example
    operation: str
    kind: Kind
    why: str = ""


class Runner:
    """An account of a gym, and clients for it."""

    def __init__(self, gym: Control) -> None:
        self._gym = gym
        self._aws = gym.ask("POST", "/accounts", {"name": _ACCOUNT})["aws"]
        self._parser = Parser()
        self._client = cache(self._make_client)

    def run(self, example: Example) -> Outcome:
        """Carry the example out, if it needs nothing that is not there, in a new account."""
        try:
            call = self._parser.call(example)
        except Unfit as why:
            return Outcome(example, example.page, "unfit", str(why))
        referred = prior.reference(call)
        if referred is not None:
            return Outcome(example, call.operation, "needs a resource", referred)
        self._gym.ask("POST", f"/accounts/{_ACCOUNT}/reset")
        kind, why = self._tried(call, example)
        return Outcome(example, call.operation, kind, why)

    def _tried(self, call: Call, example: Example) -> tuple[Kind, str]:
        client = self._client(call.service, call.region)
        try:
            answer = _carried_out(client, call)
        except ParamValidationError:
            return "unfit", "the CLI's own model of the API refuses it"
        except ClientError as error:
            return _judged(error)
        except BotoCoreError as error:
            return "failure", f"{type(error).__name__}: {error}"
        output = client.meta.service_model.operation_model(call.operation).output_shape
        lacking = [] if call.is_projected else shapes.missing(example.output, answer, output)
        return ("other shape", f"lacks {', '.join(lacking)}") if lacking else ("succeeds", "")

    def _make_client(self, service: str, region: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self._aws["endpoint"],
            aws_access_key_id=self._aws["access_key_id"],
            aws_secret_access_key=self._aws["secret_access_key"],
            config=Config(retries={"total_max_attempts": 1}),
        )


def _carried_out(client: Any, call: Call) -> Mapping[str, Any]:
    """As the CLI does it: page by page where the command says how many to show."""
    name = xform_name(call.operation)
    if "PaginationConfig" in call.parameters:
        return client.get_paginator(name).paginate(**call.parameters).build_full_result()
    return getattr(client, name)(**call.parameters)


def _judged(error: ClientError) -> tuple[Kind, str]:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    told = error.response["Error"]
    code, message = told.get("Code", ""), told.get("Message", "")
    if code == _DRY_RUN:
        return "succeeds", ""
    # A failure of the gym's own is told as such, whatever the status.
    if status >= 500 or code in ("GymFailure", ""):
        return "failure", f"{status} {code}: {message}"
    if code == "UnsupportedOperation" and _NOT_OFFERED in message:
        return "not implemented", ""
    return "refused", f"{code}: {message}"


def in_a_gym(examples: Iterable[Example]) -> list[Outcome]:
    """Run the examples in a gym of their own, in a process of its own on free ports."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "skywright_gym", "serve", "--home", folder, "--detach"], check=True
        )
        gym = Control.of(Path(folder))
        try:
            run: Callable[[Example], Outcome] = Runner(gym).run
            return [run(example) for example in examples]
        finally:
            gym.ask("POST", "/down")
            while (Path(folder) / "gym.json").exists():
                time.sleep(0.05)
