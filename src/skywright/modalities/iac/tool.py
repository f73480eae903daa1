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
from skywright.modalities.iac.fetch import MIRROR, SOURCE, configured, fetch, named

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


def executable() -> str:
    """OpenTofu or Terraform.

    Raises:
        Unavailable: Neither is here.
    """
    found = shutil.which("tofu") or shutil.which("terraform")
    if found is None:
        raise Unavailable(
            "neither 'tofu' nor 'terraform' is on the path; install one of them, or use --modality sdk"
        )
    return found


def find(workplace: Workplace, cache: Path, variables: Mapping[str, str]) -> Tool:
    """Both programs; the provider is fetched if it is nowhere here, or if the user says where from.

    Args:
        cache: where a fetched provider is kept for all workspaces.
        variables: the user's environment.

    Raises:
        Unavailable: One of them cannot be had; the sentence says how to get it.
    """
    program = executable()
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = provider(_named(variables)) or provider(iter([cache]))
    return Tool(program, found or _fetched_or_here(program, workplace, cache, variables), cache)


def _fetched_or_here(program: str, workplace: Workplace, cache: Path, variables: Mapping[str, str]) -> Path:
    here = provider(_implied())
    if here is not None and not named(variables):
        return here
    try:
        fetch(program, workplace, cache, variables)
    except Unavailable as error:
        if here is None:
            raise
        workplace.say(f"{error}; {here} is used")
        return here
    found = provider(iter([cache])) or here
    if found is None:
        raise Unavailable(f"Terraform fetched a provider {SOURCE} that does not suit this machine")
    return found


def places(variables: Mapping[str, str], cache: Path) -> Iterator[Path]:
    """Where a provider may be, the user's own word first."""
    yield from _named(variables)
    yield cache
    yield from _implied()


def _named(variables: Mapping[str, str]) -> Iterator[Path]:
    if variables.get(MIRROR):
        yield Path(variables[MIRROR])
    yield from (Path(path).expanduser() for path in _PATHS.findall(configured(variables)))


def _implied() -> Iterator[Path]:
    yield from (Path(path).expanduser() for path in _IMPLIED)
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
