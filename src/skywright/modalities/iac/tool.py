"""Terraform or OpenTofu, and the provider for AWS: where they are, and how they are run.

Owns the search for both, and the environment that they see: nothing of the user's, no telemetry,
no way out but the gate. Must not know what is in a configuration.
"""

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skywright.errors import Unavailable
from skywright.modalities import process
from skywright.modalities.base import Workplace

MIRROR = "SKYWRIGHT_TERRAFORM_MIRROR"
SOURCE = "hashicorp/aws"
"""What configurations call the provider; Terraform and OpenTofu each put their own registry before it."""

_OLDEST = 5
"""Older providers do not know AWS_ENDPOINT_URL."""

_IMPLIED = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "~/.terraform.d/plugin-cache",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
"""Source: "Implied Local Mirror Directories", developer.hashicorp.com/terraform/cli/config/config-file."""

_ELSEWHERE = "/opt"
"""Machines without a registry often have their mirror in a folder of this one."""

_PATHS = re.compile(r'^\s*(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"', re.MULTILINE)
_CONFIGURATION = "disable_checkpoint = true\n"


@dataclass(frozen=True, slots=True)
class Tool:
    """What is run.

    Attributes:
        program: `terraform` or `tofu`.
        provider: the provider's own program.
        cache: where what was found out about a provider is kept for all workspaces.
    """

    program: str
    provider: Path
    cache: Path


def find(workplace: Workplace, cache: Path, variables: Mapping[str, str]) -> Tool:
    """Both programs; the provider is fetched from the registry if it is nowhere here.

    Args:
        cache: where a fetched provider is kept for all workspaces.

    Raises:
        Unavailable: One of them cannot be had; the sentence says how to get it.
    """
    found = shutil.which("tofu") or shutil.which("terraform")
    if found is None:
        raise Unavailable(
            "neither 'tofu' nor 'terraform' is on the path; install one of them, or use --modality sdk"
        )
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Tool(found, provider(places(variables, cache)) or _fetched(found, workplace, cache), cache)


def places(environment: Mapping[str, str], cache: Path) -> Iterator[Path]:
    """Where a provider may be, the user's own word first."""
    if environment.get(MIRROR):
        yield Path(environment[MIRROR])
    configured = Path(environment.get("TF_CLI_CONFIG_FILE") or Path.home() / ".terraformrc")
    try:
        text = configured.read_text(encoding="utf-8")
    except (OSError, ValueError):
        text = ""  # it names a file that is not there, or there is none
    yield from (Path(path).expanduser() for path in _PATHS.findall(text))
    yield from (Path(path).expanduser() for path in _IMPLIED)
    yield cache
    try:
        yield from sorted(Path(_ELSEWHERE).iterdir())
    except OSError:
        return


def provider(folders: Iterator[Path]) -> Path | None:
    """The newest provider in the first of the folders that has one, unpacked and recent enough."""
    system = {"Linux": "linux", "Darwin": "darwin", "Windows": "windows"}.get(platform.system(), "")
    machine = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}.get(
        platform.machine(), platform.machine()
    )
    for folder in folders:
        found: list[tuple[tuple[int, ...], Path]] = []
        # A mirror's first level is the registry's name, which is Terraform's or OpenTofu's.
        for path in folder.glob(f"*/{SOURCE}/*/{system}_{machine}/terraform-provider-aws_v*"):
            numbers = tuple(int(part) for part in re.findall(r"\d+", path.parent.parent.name))
            if numbers and numbers[0] >= _OLDEST and os.access(path, os.X_OK):
                found.append((numbers, path))
        if found:
            return max(found)[1]
    return None


def environment(program: str, workplace: Workplace) -> dict[str, str]:
    """What Terraform and its provider may know."""
    configuration = process.write(workplace, "terraform.rc", _CONFIGURATION)
    return process.environment(workplace, [program, sys.executable]) | {
        "TF_CLI_CONFIG_FILE": str(configuration),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
    }


def _fetched(program: str, workplace: Workplace, cache: Path) -> Path:
    """The provider from the registry, kept for all workspaces."""
    workplace.say("fetching Terraform's provider for AWS from the registry, once")
    folder = workplace.folder / "fetch"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = (
        f'terraform {{\n  required_providers {{\n    aws = {{\n      source = "{SOURCE}"\n    }}\n  }}\n}}\n'
    )
    (folder / "main.tf").write_text(source, encoding="utf-8")
    variables = environment(program, workplace) | {"TF_PLUGIN_CACHE_DIR": str(cache)}
    words = [program, f"-chdir={folder}", "init", "-backend=false", "-no-color"]
    ended = process.run(words, variables, workplace)
    shutil.rmtree(folder, ignore_errors=True)
    found = provider(iter([cache]))
    if ended.status or found is None:
        raise Unavailable(
            "Terraform's provider hashicorp/aws is not on this machine and its registry cannot be reached; "
            f"name a mirror of it by {MIRROR}, or use --modality sdk"
        )
    return found
