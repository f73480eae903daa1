"""What can go wrong first: each gets one clear sentence, the right exit status, and nothing half-done."""

import socket
from pathlib import Path

import pytest
from tests.user import User


def test_an_empty_request_is_a_usage_error(user: User) -> None:
    for said in (user.run_afresh("do", ""), user.run("do", "   ")):
        assert said.status == 2 and said.in_one_sentence()


def test_an_unknown_run_is_named(user: User) -> None:
    for words in (("undo", "r-none"), ("runs", "show", "r-none"), ("runs", "resume", "r-none")):
        said = user.run(*words)
        assert said.status == 2 and "r-none" in said.err and said.in_one_sentence()


def test_a_broken_program_says_every_flaw_with_its_line(user: User, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(
        "skywright: 1\nname: x\nregion: eu-west-1\nsteps:\n"
        "  - id: a\n    do: ec2:CreateVpx\n"
        "  - id: b\n    do: ec2:CreateVpc\n    with: {CidrBlok: 10.0.0.0/16}\n"
    )
    said = user.run("apply", str(file))
    assert said.in_one_sentence()
    assert "CreateVpc" in said.err and "CidrBlock" in said.err
    assert "line 5" in said.err and "line 7" in said.err


def test_a_program_that_is_not_yaml_or_not_there(user: User, tmp_path: Path) -> None:
    file = tmp_path / "no.yaml"
    assert user.run("apply", str(file)).status == 2
    file.write_bytes(b"\x00\xff\xfe: [")
    said = user.run("prove", str(file))
    assert said.status == 2 and said.in_one_sentence()


def test_an_unwritable_home(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    said = User(blocked / "home").run_afresh("do", "create a VM")
    assert said.status == 1 and said.in_one_sentence() and "SKYWRIGHT_HOME" in said.err


@pytest.mark.slow
def test_a_port_in_use(empty_home: User) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = empty_home.run("gym", "up", "--port", str(taken.getsockname()[1]))
    assert said.in_one_sentence() and "port" in said.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "colorless green ideas sleep furiously",
        "asdf qwer zxcv",
        "crée trois machines virtuelles à Paris s'il te plaît",
        "create ten thousand VMs",
        "create 0 VMs",
        "create a VM in region eu-wets-9",
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_done(user: User, words: str) -> None:
    cloud = user.account()
    said = user.do(words, cloud, "--yes")
    assert said.status in (1, 3, 4), said.out
    assert "Traceback" not in said.err
    assert said.json["status"] in ("failed", "needs_input", "refused")
    assert cloud.instances() == []


@pytest.mark.slow
def test_a_name_that_is_a_shell_injection_is_a_name(user: User) -> None:
    name = '"; rm -rf ~ #'
    cloud = user.account()
    said = user.do(f"create a VM named '{name}'", cloud, "--yes", "--modality", "cli")
    if said.status == 0:
        tags = [tag["Value"] for item in cloud.instances() for tag in item["Tags"] if tag["Key"] == "Name"]
        assert tags == [name]
    else:
        assert said.status == 3 and cloud.instances() == []
