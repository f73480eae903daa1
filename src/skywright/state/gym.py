"""The way to the gym: start it, stop it, and speak to its control interface.

The gym is another program; this file knows its address and its words (see
docs/architecture.md), not how it works.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from skywright.errors import NotFound, Unavailable, Usage
from skywright.model.target import Credential, Upstream

DEFAULT_ACCOUNT = "default"
DEFAULT_REGION = "us-east-1"
WISHES = "x-skywright-gym-ids"
"""The header in which the owner of an account says which ids new things are to have."""
_END_SECONDS = 30.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the gym: where it is and who may come in."""

    name: str
    endpoint: str
    credential: Credential
    number: str

    def upstream(self, region: str = DEFAULT_REGION) -> Upstream:
        return Upstream(self.credential, self.endpoint, region)


@dataclass(frozen=True, slots=True)
class Gym:
    """The gym of one home.

    Attributes:
        folder: where the gym keeps its state and says how to reach it.
    """

    folder: Path

    def running(self) -> bool:
        """Whether the process that the gym's file names is alive and answers."""
        try:
            self.status()
        except Unavailable:
            return False
        return True

    def up(self, host: str = "127.0.0.1", port: int = 0) -> bool:
        """Start the gym unless it runs already; tells whether it was started.

        Raises:
            Unavailable: It does not come up; the sentence is the gym's own.
        """
        if self.running():
            return False
        command = [sys.executable, "-m", "skywright_gym", "serve", "--home", str(self.folder)]
        command += ["--host", host, "--port", str(port), "--detach"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            said = done.stderr.strip().splitlines()
            raise Unavailable(said[-1] if said else "the gym did not come up and did not say why")
        return True

    def down(self) -> bool:
        """Stop the gym, its accounts kept, and wait for the end of its process; tells whether it ran.

        Raises:
            Unavailable: It does not end.
        """
        if not self.running():
            return False
        process = int(self._contact()["pid"])
        self._ask("POST", "/down")
        for _ in range(round(_END_SECONDS / _LOOK_SECONDS)):
            if not _alive(process):
                return True
            time.sleep(_LOOK_SECONDS)
        raise Unavailable(f"the gym was told to stop, but process {process} has not ended")

    def status(self) -> dict[str, Any]:
        return self._ask("GET", "/status")

    def account(self, name: str) -> Account:
        """The account of that name.

        Raises:
            NotFound: The gym has no such account; the sentence names those that it has.
        """
        accounts = self.status()["accounts"]
        for described in accounts:
            if described["name"] == name:
                return _account(described)
        known = ", ".join(sorted(described["name"] for described in accounts))
        raise NotFound(f"the gym has no account '{name}'; it has {known}")

    def create(self, name: str, number: str | None = None, seed: str | None = None) -> Account:
        """A new, empty account, with the AWS account number given or one of its own.

        Args:
            seed: decides all that the gym draws there, such as identifiers; without a number, that too.
        """
        asked = {"account_id": number, "seed": seed}
        wanted = {"name": name} | {key: value for key, value in asked.items() if value}
        return _account(self._ask("POST", "/accounts", wanted))

    def fork(self, name: str, fork: str | None = None) -> Account:
        """A full copy of the account, under a new address."""
        return _account(self._ask("POST", f"/accounts/{name}/fork", {"name": fork} if fork else {}))

    def remove(self, name: str) -> None:
        self._ask("DELETE", f"/accounts/{name}")

    def reset(self, name: str) -> None:
        self._ask("POST", f"/accounts/{name}/reset")

    def fault(self, name: str, fault: Mapping[str, Any]) -> str:
        return str(self._ask("POST", f"/accounts/{name}/faults", fault)["id"])

    def faults(self, name: str) -> list[dict[str, Any]]:
        return self._ask("GET", f"/accounts/{name}/faults")["faults"]

    def fault_kinds(self) -> list[dict[str, Any]]:
        """What can be made to go wrong: each kind with its statement, provenance and fields."""
        return self._ask("GET", "/fault-kinds")["kinds"]

    def mend(self, name: str, fault: str) -> None:
        """Take a fault away."""
        self._ask("DELETE", f"/accounts/{name}/faults/{fault}")

    def clock(self, name: str) -> dict[str, Any]:
        """What time it is in the account and how it runs."""
        return self._ask("GET", f"/accounts/{name}/clock")

    def set_clock(self, name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Set the account's time: `advance_seconds`, `speed` and `durations`, any of them."""
        return self._ask("POST", f"/accounts/{name}/clock", changes)

    def bill(self, name: str, for_seconds: float | None = None) -> dict[str, Any]:
        """What the account cost in the last seconds of its own time, or ever, line by line."""
        asked = "" if for_seconds is None else f"?for_seconds={for_seconds}"
        return self._ask("GET", f"/accounts/{name}/bill{asked}")

    def switch_bill(self, name: str, billed: bool) -> None:
        """Bill the account from now on, or no more."""
        self._ask("POST", f"/accounts/{name}/bill", {"billed": billed})

    def spot(self, name: str) -> dict[str, Any]:
        """What the account's spot market is set to, and which machines have a notice."""
        return self._ask("GET", f"/accounts/{name}/spot")

    def set_spot(self, name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Set the market from the next full hour on (docs/physics.md), or `interrupt` a machine."""
        return self._ask("POST", f"/accounts/{name}/spot", changes)

    def snapshot(self, name: str, snapshot: str) -> dict[str, Any]:
        """Keep what the account is now under a name; gives the name and the bytes it takes."""
        return self._ask("POST", f"/accounts/{name}/snapshots", {"name": snapshot})

    def restore(self, name: str, snapshot: str) -> None:
        """Make the account what it was at a snapshot."""
        self._ask("POST", f"/accounts/{name}/restore", {"snapshot": snapshot})

    def fill(self, name: str, resources: Mapping[str, Any]) -> dict[str, Any]:
        """Make resources in the account as another account's descriptions say, with the same ids.

        Args:
            resources: by region, then by operation: its result.

        Returns:
            `imported`: how many of each kind; `left_out`: a sentence for each thing that was not made.
        """
        return self._ask("POST", f"/accounts/{name}/import", {"resources": resources})

    def loads(self, name: str) -> dict[str, Any]:
        """Which load balancers of the account get traffic, and how much."""
        return self._ask("GET", f"/accounts/{name}/load")

    def put_load(self, name: str, load: Mapping[str, Any]) -> dict[str, Any]:
        """Let a load balancer get traffic from now on."""
        return self._ask("POST", f"/accounts/{name}/load", load)

    def end_load(self, name: str, balancer: str | None) -> dict[str, Any]:
        """Let the traffic of a load balancer end, or all traffic."""
        asked = "" if balancer is None else f"?balancer={quote(balancer, safe='')}"
        return self._ask("DELETE", f"/accounts/{name}/load{asked}")

    def people(self, name: str) -> dict[str, Any]:
        """Who changes the account by hand, and all that was changed so."""
        return self._ask("GET", f"/accounts/{name}/people")

    def put_people(self, name: str, people: Mapping[str, Any]) -> dict[str, Any]:
        """Let people change the account by hand from now on."""
        return self._ask("POST", f"/accounts/{name}/people", people)

    def end_people(self, name: str) -> dict[str, Any]:
        """Let the people go; tells all that they did."""
        return self._ask("DELETE", f"/accounts/{name}/people")

    def quotas(self, name: str) -> dict[str, Any]:
        """The account's quotas, and what it asked for more of."""
        return self._ask("GET", f"/accounts/{name}/quotas")

    def set_quotas(self, name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Set `enforced`, `values` by quota code, `grant_seconds` and `deny`, any of them."""
        return self._ask("POST", f"/accounts/{name}/quotas", changes)

    def _contact(self) -> dict[str, Any]:
        """What the gym says of itself, if the process that it names is alive."""
        try:
            contact = json.loads((self.folder / "gym.json").read_text())
            os.kill(int(contact["pid"]), 0)
        except (OSError, ValueError, KeyError) as error:
            raise Unavailable("the gym is not running; start it with: skywright gym up") from error
        return contact

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        contact = self._contact()
        request = urllib.request.Request(
            contact["control"] + path,
            method=method,
            data=json.dumps(body or {}).encode() if method == "POST" else None,
            headers={"Authorization": f"Bearer {contact['token']}", "Content-Type": "application/json"},
        )
        # No proxy: the gym is on this machine, and a proxy would be told its token.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Usage(_sentence(error)) from error
        except (OSError, ValueError) as error:
            raise Unavailable(f"the gym does not answer ({error}); see: skywright gym status") from error


def _alive(process: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except (OSError, IndexError):
        # No such file where there is no /proc, and just after the end where there is.
        return not Path("/proc/self").exists()


def _sentence(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError):
        return f"the gym answered {error.code}"


def _account(described: Mapping[str, Any]) -> Account:
    aws = described["aws"]
    return Account(
        described["name"],
        aws["endpoint"],
        Credential(aws["access_key_id"], aws["secret_access_key"]),
        str(aws.get("account_id", "")),
    )
