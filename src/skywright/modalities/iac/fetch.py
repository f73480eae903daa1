"""Terraform's provider from where the user's own Terraform would take it: a named mirror, or the registry.

Owns what is read of the user's settings. What fetches has no credential of a cloud's, ours or the user's, and
is the only process that sees those settings.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from skywright.errors import Unavailable
from skywright.modalities import process
from skywright.modalities.base import Workplace
from skywright.modalities.iac.failure import unsaid, why

MIRROR = "SKYWRIGHT_TERRAFORM_MIRROR"
SOURCE = "hashicorp/aws"
"""What configurations call the provider; Terraform and OpenTofu each put their own registry before it."""

_NEEDED = f"""\
terraform {{
  required_providers {{
    aws = {{
      source  = "{SOURCE}"
      version = "~> 5.0"
    }}
  }}
}}
"""
_FILES = ("~/.tofurc", "~/.terraformrc")
_CONFIGURATION = "TF_CLI_CONFIG_FILE"
_INSTALLATION = re.compile(r"^\s*provider_installation\s*\{", re.MULTILINE)
_TAKEN_ALONG = re.compile(r"HOME|SSL_CERT_(FILE|DIR)|(https?|no)_proxy|(HTTPS?|NO)_PROXY|TF_TOKEN_\w+")
_LONGEST_SECONDS = 900.0
_REASON = re.compile(rf"(?:.* for provider {SOURCE}: )?(.*?)(?:\. *| To see which .*)?")
"""Of Terraform's sentence on it, what is new to whoever reads ours."""


def configured(variables: Mapping[str, str]) -> str:
    """The user's CLI configuration; empty if there is none."""
    named = variables.get(_CONFIGURATION)
    for path in [named] if named else _FILES:
        try:
            return Path(path).expanduser().read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue  # it names a file that is not there, or there is none
    return ""


def named(variables: Mapping[str, str]) -> bool:
    """Whether the user says where providers are to be taken from."""
    return MIRROR in variables or _INSTALLATION.search(configured(variables)) is not None


def fetch(program: str, workplace: Workplace, cache: Path, variables: Mapping[str, str]) -> None:
    """Have Terraform put the provider into the cache.

    Args:
        variables: the user's, of which those about the way to a registry are taken along.

    Raises:
        Unavailable: It could not; the sentence says why, and how else to get it.
    """
    workplace.say("fetching Terraform's provider for AWS, once")
    folder = workplace.folder / "fetch"
    try:
        process.write(replace(workplace, folder=folder), "main.tf", _NEEDED)
        environment = _environment(program, replace(workplace, folder=folder), variables)
        words = [program, f"-chdir={folder}", "init", "-backend=false", "-input=false", "-no-color"]
        seconds = min(workplace.timeout_seconds, _LONGEST_SECONDS)
        place = replace(workplace, timeout_seconds=seconds, say=unsaid)
        ended = process.run(words, environment | {"TF_PLUGIN_CACHE_DIR": str(cache)}, place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if ended.status or ended.timed_out:
        found = _REASON.fullmatch(why(ended, place))
        raise Unavailable(
            f"Terraform's provider {SOURCE} is not on this machine and cannot be fetched "
            f"({found[1] if found else 'nothing is said why'}); name a mirror of it by {MIRROR}, "
            "or use --modality sdk"
        )


def _environment(program: str, workplace: Workplace, variables: Mapping[str, str]) -> dict[str, str]:
    """The way to the registry or the mirror, as the user has set it."""
    found = {name: value for name, value in variables.items() if _TAKEN_ALONG.fullmatch(name)}
    if variables.get(_CONFIGURATION):
        found[_CONFIGURATION] = variables[_CONFIGURATION]
    if variables.get(MIRROR):
        mirror = f"filesystem_mirror {{\n    path = {json.dumps(variables[MIRROR])}\n  }}"
        text = f"provider_installation {{\n  {mirror}\n}}\n"
        found[_CONFIGURATION] = str(process.write(workplace, "terraform.rc", text))
    folders = [str(Path(program).parent), *os.defpath.split(os.pathsep)]
    return found | {"PATH": os.pathsep.join(folders), "CHECKPOINT_DISABLE": "1", "TF_INPUT": "0"}
