"""Three machines behind a load balancer in each modality, against Terraform by hand on the same gym.

Each way gets an empty account of one gym. `skywright do` understands, rehearses in a fork, proves,
performs and confirms; `terraform init` and `apply` of `balanced.tf` only perform. Processor time is
that of the commands and of everything that they started and waited for; the gym's is in none of them.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skywright.modalities.iac import tool

_SKYWRIGHT = Path(sys.executable).with_name("skywright")
_WORDS = "create three t3.micro VMs named web-1, web-2 and web-3 behind a load balancer in eu-west-1"
_MIRROR = "provider_installation {\n  filesystem_mirror {\n    path = %s\n  }\n}\n"
_MODALITIES = ("sdk", "cli", "iac", "web")


@dataclass(frozen=True)
class _Spent:
    wall: float
    cpu: float
    done: bool
    said: str


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "SKYWRIGHT_HOME"))
        } | {"SKYWRIGHT_HOME": str(Path(folder) / "home")}
        _run([_SKYWRIGHT, "gym", "up"], environment)
        try:
            _compare(environment, Path(folder))
        finally:
            _run([_SKYWRIGHT, "gym", "down"], environment)


def _compare(environment: Mapping[str, str], folder: Path) -> None:
    plain = _by_hand(environment, folder / "hand")
    print(f"{'':<28} {'wall':>8} {'processor':>10}")
    if plain is not None:
        _row("terraform init and apply", plain, plain)
    for modality in _MODALITIES:
        _account(environment, modality)
        asked = ["do", _WORDS, "--target", modality, "--modality", modality, "--yes", "--json"]
        spent = _run([_SKYWRIGHT, *asked], environment)
        _row(f"skywright do, {modality}", spent, plain)
    print("(aim, sdk: at most ×0.25 of the wall time and ×1.00 of the processor time)")


def _row(name: str, spent: _Spent, plain: _Spent | None) -> None:
    if not spent.done:
        print(f"{name:<28} not done: {(spent.said.strip() or '?').splitlines()[-1]}")
        return
    ratio = ""
    if plain is not None:
        ratio = f"   ×{spent.wall / plain.wall:.2f} wall, ×{spent.cpu / plain.cpu:.2f} processor"
    print(f"{name:<28} {spent.wall:6.1f} s {spent.cpu:8.1f} s{ratio}")


def _by_hand(environment: Mapping[str, str], folder: Path) -> _Spent | None:
    """Terraform without us; None where it cannot be had."""
    terraform = shutil.which("terraform") or shutil.which("tofu")
    if terraform is None:
        print("(no terraform on the path: nothing to compare with)")
        return None
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("balanced.tf"), folder)
    account = _account(environment, "hand")
    around = dict(environment) | {
        "AWS_ENDPOINT_URL": account["endpoint"],
        "AWS_ACCESS_KEY_ID": account["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": account["secret_access_key"],
        "TF_CLI_CONFIG_FILE": str(_configured(folder, environment)),
    }
    common = ("-input=false", "-no-color")
    spent = [
        _run([terraform, f"-chdir={folder}", *words, *common], around)
        for words in (("init",), ("apply", "-auto-approve"))
    ]
    return _Spent(
        sum(one.wall for one in spent), sum(one.cpu for one in spent), spent[-1].done, spent[-1].said
    )


def _configured(folder: Path, environment: Mapping[str, str]) -> Path:
    """A configuration for Terraform that finds its provider where the modality finds it."""
    provider = tool.provider(tool.places(environment, Path(environment["SKYWRIGHT_HOME"]) / "providers"))
    mirror = "" if provider is None else _MIRROR % json.dumps(str(provider.parents[5]))
    path = folder / "terraformrc"
    path.write_text(f"disable_checkpoint = true\n{mirror}")
    return path


def _account(environment: Mapping[str, str], name: str) -> dict[str, Any]:
    said = subprocess.run(
        [_SKYWRIGHT, "gym", "create", name, "--json"], env=environment, capture_output=True, check=True
    )
    _run([_SKYWRIGHT, "target", "add", name, "--gym", name], environment)
    return next(one["aws"] for one in json.loads(said.stdout)["accounts"] if one["name"] == name)


def _run(command: Sequence[str | Path], environment: Mapping[str, str]) -> _Spent:
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode(errors="replace")
    return _Spent(wall, usage.ru_utime + usage.ru_stime, process.returncode == 0, said)


if __name__ == "__main__":
    main()
