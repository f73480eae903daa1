"""Whether Terraform and its provider are on this machine; a user's machine may lack both."""

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


needed = pytest.mark.skipif(bool(missing()), reason=missing() or "there")
