"""Guests: any program or agent, ours or not, run under the gate in a session of its own."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skywright.engine.account import outcome_of
from skywright.engine.afterwards import note_changes
from skywright.engine.inventory import holders
from skywright.engine.leasing import leases_number, purpose_of
from skywright.engine.parts import Parts, principal
from skywright.engine.struck import given_again
from skywright.engine.watching import watched
from skywright.errors import Unavailable
from skywright.model.call import Trace
from skywright.model.program import Program
from skywright.model.run import Status
from skywright.model.target import Credential, Target
from skywright.program.lift import lift
from skywright.state.runs import Run

_SESSION_SECONDS = 12 * 3600.0
_UNDER_WAY_SECONDS = 10.0
_NOWHERE = os.devnull


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a guest did.

    Attributes:
        program: what it did, distilled; without steps if it changed nothing.
        trace: all that it asked, with the answers, secrets struck out.
        target: whom it asked.
        region: where it was at home.
        exit_status: the guest's own.
    """

    run: str
    program: Program
    trace: Trace
    target: Target
    region: str
    writes: int
    refused: int
    exit_status: int


def invite(run: Run, parts: Parts, command: Sequence[str], environment: Mapping[str, str]) -> Guarded:
    """Run a command whose only way to the target is the gate.

    It keeps its own environment, but every AWS setting in it is replaced. What a rule would have a
    person asked about is refused unless the request is approved beforehand. A guest that reads
    credential files by itself is not stopped by this: see docs/safety.md.

    Raises:
        Unavailable: There is no such command.
    """
    target = parts.target(run)
    upstream = parts.accounts.reach(target)
    cloud = parts.cloud(run)
    credential = parts.gate.mint(
        principal(run, "guest", "guest"),
        upstream,
        lifetime_seconds=_SESSION_SECONDS,
        agreed=run.request.approved,
        leases=parts.holdings.of(target.realm, run.id, purpose_of(run), leases_number(run, parts)),
    )
    around = surroundings(environment, parts.gate.endpoint, credential, upstream.region)
    around["PATH"] = _path(
        parts.runs.folder(run.id) / "bin", environment.get("PATH", ""), parts.gate.endpoint
    )
    try:
        with watched(holders(parts, target), lambda: parts.gate.trace(credential), parts.progress.say):
            done = subprocess.run(list(command), env=around, check=False)
    except OSError as error:
        parts.runs.note(run.id, status=Status.FAILED, error=str(error))
        raise Unavailable(f"{command[0]} cannot be run: {error.strerror}") from error
    finally:
        parts.gate.revoke(credential)
        if parts.gate.is_quiet(credential, _UNDER_WAY_SECONDS):
            parts.holdings.release(target.realm, run.id)
        # Else something that it left running may still come about: its leases lapse, which takes longer.
    trace = parts.gate.trace(credential)
    outcome = outcome_of(trace, cloud)
    program = given_again(lift(trace, cloud.catalogue, None, {}), cloud.catalogue)
    parts.runs.note(
        run.id,
        status=Status.SUCCEEDED if done.returncode == 0 else Status.FAILED,
        error="" if done.returncode == 0 else f"the command ended with status {done.returncode}",
        outcome=outcome,
    )
    note_changes(run, parts)
    counted = outcome["calls"]
    return Guarded(
        run.id,
        program,
        trace,
        target,
        upstream.region,
        writes=counted["write"],
        refused=counted["refused"],
        exit_status=done.returncode,
    )


def _path(folder: Path, path: str, endpoint: str) -> str:
    """A search path on which `aws` is told the gate's address on its command line.

    For some services version 1 of `aws` heeds no address in the environment (sqs, emr, rds, docdb, neptune,
    health), but it heeds this option for all of them; one that the guest gives itself comes later and wins.
    """
    program = shutil.which("aws", path=path)
    if program is None:
        return path
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    wrapper = folder / "aws"
    wrapper.write_text(
        f'#!/bin/sh\nexec {shlex.quote(program)} --endpoint-url {shlex.quote(endpoint)} "$@"\n'
    )
    wrapper.chmod(0o700)
    return f"{folder}{os.pathsep}{path}"


def surroundings(
    environment: Mapping[str, str], endpoint: str, credential: Credential, region: str
) -> dict[str, str]:
    """The environment of a guest: its own, with every way to the cloud replaced by the gate's."""
    kept = {name: value for name, value in environment.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": credential.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credential.secret_access_key,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": _NOWHERE,
        "AWS_SHARED_CREDENTIALS_FILE": _NOWHERE,
        "AWS_EC2_METADATA_DISABLED": "true",
        # The gate is on this machine; a proxy would only be told what is said to it.
        "NO_PROXY": "127.0.0.1,localhost",
    }
