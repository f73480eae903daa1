"""Terraform and its provider: where they are looked for, and what is said if they are nowhere."""

import os
from pathlib import Path

import pytest

from skywright.errors import Unavailable
from skywright.modalities.base import Workplace
from skywright.modalities.iac import tool
from skywright.modalities.process import Ended
from skywright.model.target import Credential


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    said: list[str] = []
    place = tmp_path / "work"
    return Workplace("http://127.0.0.1:1", Credential("key", "secret"), "us-east-1", place, said.append, 20)


def mirrored(folder: Path, version: str, name: str = "terraform-provider-aws_v5") -> Path:
    system = "darwin" if os.uname().sysname == "Darwin" else "linux"
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    path = folder / "some.registry" / tool.SOURCE / version / f"{system}_{machine}" / name
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
    monkeypatch.setattr(tool, "places", lambda environment, cache: iter(()))
    with pytest.raises(
        Unavailable, match=r"its registry cannot be reached; name a mirror of it by SKYWRIGHT_TER"
    ):
        tool.find(workplace, tmp_path / "cache", {})
    mirror = mirrored(tmp_path / "there", "5.1.0")
    monkeypatch.setattr(tool, "places", lambda environment, cache: iter((tmp_path / "there",)))
    found = tool.find(workplace, tmp_path / "cache", {})
    assert found == tool.Tool(str(tmp_path / "bin" / "tofu"), mirror)


ERROR = """
╷
│ Warning: Resource targeting is in effect
│ 
│ You are creating a plan with the -target option
╵
╷
│ Error: creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: 403, \
RequestID: x, api error SkywrightRefused: no such thing (rule r)
│ 
│   with aws_instance.vm,
│   on main.tf line 16, in resource "aws_instance" "vm":
│   16: resource "aws_instance" "vm" {
│ 
╵
"""


def test_an_error_is_one_sentence_as_the_other_modalities_say_it(workplace: Workplace) -> None:
    said = tool.why(Ended(1, ERROR, False), workplace)
    assert said == (
        "An error occurred (SkywrightRefused) when calling the RunInstances operation: no such thing (rule r)"
    )
    other = "Error: Missing required argument\n\n  on main.tf line 1\n\nThe argument is missing.\n"
    assert (
        tool.why(Ended(1, other, False), workplace) == "Missing required argument: The argument is missing."
    )
    assert tool.why(Ended(-9, "", False), workplace) == "it was ended by signal 9"
    assert "did not end within 20 s" in tool.why(Ended(-15, "", True), workplace)


def test_what_terraform_knows_is_the_gate_and_no_more(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_secret", "x")
    monkeypatch.setenv("AWS_PROFILE", "the-real-one")
    program(tmp_path / "bin", "terraform", "env")
    program(
        tmp_path / "bin",
        "provider",
        'echo "TF_REATTACH_PROVIDERS=\'{\\"a\\": {\\"Pid\\": 7}}\'"; exec sleep 30',
    )
    output = tmp_path / "env.txt"
    chosen = tool.Tool(str(tmp_path / "bin" / "terraform"), tmp_path / "bin" / "provider")
    ended = tool.run(chosen, [tool.Command(("plan",), output)], workplace)
    assert ended.status == 0, ended.output
    known = dict(line.split("=", 1) for line in output.read_text().splitlines() if "=" in line)
    assert known["AWS_ENDPOINT_URL"] == workplace.endpoint
    assert known["HOME"] == str(workplace.folder)
    assert known["CHECKPOINT_DISABLE"] == "1"
    assert Path(known["TF_CLI_CONFIG_FILE"]).read_text() == "disable_checkpoint = true\n"
    assert '"hashicorp/aws": {"Pid": 7}' in known["TF_REATTACH_PROVIDERS"]
    assert not {"TF_VAR_secret", "AWS_PROFILE"} & set(known)
