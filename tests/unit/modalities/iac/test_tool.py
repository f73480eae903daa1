"""Terraform and its provider: where they are looked for, and what is said if they are nowhere."""

from pathlib import Path

import pytest
from tests import terraform

from skywright.errors import Unavailable
from skywright.modalities.base import Workplace
from skywright.modalities.iac import tool
from skywright.model.target import Credential


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    said: list[str] = []
    place = tmp_path / "work"
    return Workplace("http://127.0.0.1:1", Credential("key", "secret"), "us-east-1", place, said.append, 20)


def mirrored(folder: Path, version: str, name: str = "terraform-provider-aws_v5") -> Path:
    path = folder / "some.registry" / tool.SOURCE / version / terraform.target() / name
    path.parent.mkdir(parents=True)
    path.write_text("")
    path.chmod(0o700)
    return path


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o700)


def test_the_newest_provider_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    mirrored(tmp_path / "a", "3.39.0")
    mirrored(tmp_path / "b", "5.9.0")
    newest = mirrored(tmp_path / "b", "5.100.0")
    assert tool.provider(iter([tmp_path / "nowhere", tmp_path / "a", tmp_path / "b"])) == newest


def test_the_users_own_word_comes_first_and_a_missing_file_is_passed_over(tmp_path: Path) -> None:
    configured = tmp_path / "rc"
    environment = {tool.MIRROR: str(tmp_path / "mine"), "TF_CLI_CONFIG_FILE": str(configured)}
    assert next(tool.places(environment, tmp_path)) == tmp_path / "mine"
    configured.write_text(
        'provider_installation {\n  filesystem_mirror {\n    path = "/srv/mirror"\n  }\n}\n'
    )
    assert list(tool.places(environment, tmp_path))[1] == Path("/srv/mirror")


def test_without_terraform_one_is_told_how_to_get_it(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        Unavailable, match=r"neither 'tofu' nor 'terraform' is on the path; install one of them"
    ):
        tool.find(workplace, tmp_path, {})


def test_tofu_is_preferred_and_without_a_provider_or_a_registry_one_is_told(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "terraform", "exit 0")
    program(tmp_path / "bin", "tofu", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(tool, "_ELSEWHERE", "/nonexistent")
    monkeypatch.setattr(tool, "_IMPLIED", (str(tmp_path / "there"),))
    variables = {"TF_CLI_CONFIG_FILE": "/nonexistent"}
    with pytest.raises(
        Unavailable, match=r"\(Terraform ended with status 1\); name a mirror of it by SKYWRIGHT_TERRAFORM_M"
    ):
        tool.find(workplace, tmp_path / "cache", variables)
    mirror = mirrored(tmp_path / "there", "5.1.0")
    found = tool.find(workplace, tmp_path / "cache", variables)
    assert found == tool.Tool(str(tmp_path / "bin" / "tofu"), mirror, tmp_path / "cache")
