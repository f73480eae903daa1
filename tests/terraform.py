"""Whether Terraform and its provider are on this machine; a user's machine may lack both."""

import json
import os
import shutil
from pathlib import Path

import pytest

from skywright.modalities.iac import tool


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


needed = pytest.mark.skipif(bool(missing()), reason=missing() or "there")
