"""Whether Terraform and its provider are on this machine; a user's machine may lack both."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from skywright.modalities.iac import tool
from tests.user import Cloud


def missing() -> str:
    """What there is not; empty if there is everything."""
    if shutil.which("tofu") is None and shutil.which("terraform") is None:
        return "neither tofu nor terraform is on the path"
    if tool.provider(tool.places(os.environ, Path("/nonexistent"))) is None:
        return "no mirror on this machine has the provider hashicorp/aws"
    return ""


def target() -> str:
    """What Terraform calls the kind of this machine."""
    system, machine = os.uname().sysname.lower(), os.uname().machine
    return f"{system}_{ {'x86_64': 'amd64', 'aarch64': 'arm64'}.get(machine, machine) }"


def settings(folder: Path) -> tuple[str, dict[str, str]]:
    """Terraform, and the variables with which it finds its provider on this machine."""
    program = shutil.which("tofu") or shutil.which("terraform")
    provider = tool.provider(tool.places(os.environ, Path("/nonexistent")))
    assert program is not None and provider is not None, missing()
    configuration, mirror = folder / "cli.tfrc", json.dumps(str(provider.parents[5]))
    configuration.write_text(
        "disable_checkpoint = true\n"
        f"provider_installation {{\n filesystem_mirror {{\n  path = {mirror}\n }}\n}}\n"
    )
    return program, {"TF_CLI_CONFIG_FILE": str(configuration)}


def planned(folder: Path, cloud: Cloud, scratch: Path) -> "subprocess.CompletedProcess[str]":
    """What plain Terraform says to a copy of a folder, past the gate: 0 if there is nothing to do."""
    copy = Path(shutil.copytree(folder, scratch / "copy", ignore=shutil.ignore_patterns("lock", "*.tfplan")))
    program, variables = settings(scratch)
    environment = variables | {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "AWS_ENDPOINT_URL": cloud.account["endpoint"],
        "AWS_ACCESS_KEY_ID": cloud.account["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": cloud.account["secret_access_key"],
    }

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [program, f"-chdir={copy}", *words, "-no-color"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    began = run("init")
    assert not began.returncode, began.stderr
    return run("plan", "-detailed-exitcode")


def unformatted(folder: Path, scratch: Path) -> str:
    """What `fmt` would change in a folder's files."""
    program, variables = settings(scratch)
    command = [program, f"-chdir={folder}", "fmt", "-check", "-diff", "-list=false"]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False).stdout


needed = pytest.mark.skipif(bool(missing()), reason=missing() or "there")
