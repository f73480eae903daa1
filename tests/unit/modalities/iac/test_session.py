"""Terraform's commands and the provider started for them: what they know, what is said of a failure."""

from pathlib import Path

import pytest

from skywright.errors import Unavailable
from skywright.modalities import walled
from skywright.modalities.base import Workplace
from skywright.modalities.iac import session, tool
from skywright.modalities.iac.failure import why
from skywright.modalities.process import Ended
from skywright.model.target import Credential

PROVIDER = """
[ "$*" = -debug ] || exit 1
echo $$ >"$HOME/provider.pid"
echo "TF_REATTACH_PROVIDERS='{\\"a\\": {\\"Protocol\\": \\"none\\", \\"Addr\\": {}}}'"
exec sleep 30
"""


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    place = tmp_path / "work"
    return Workplace("http://127.0.0.1:1", Credential("key", "secret"), "us-east-1", place, print, 20)


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


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
    said = why(Ended(1, ERROR, False), workplace)
    assert said == (
        "An error occurred (SkywrightRefused) when calling the RunInstances operation: no such thing (rule r)"
    )
    other = "Error: Missing required argument\n\n  on main.tf line 1\n\nThe argument is missing.\n"
    assert why(Ended(1, other, False), workplace) == "Missing required argument: The argument is missing."
    locked = "Error: Error acquiring the state lock\n\nError message: resource temporarily unavailable\n"
    assert why(Ended(1, locked, False), workplace).startswith("somebody else's Terraform is at work in the")
    assert why(Ended(-9, "", False), workplace) == "it was ended by signal 9"
    assert "did not end within 20 s" in why(Ended(-15, "", True), workplace)


def test_what_both_know_is_the_gate_and_no_more(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_secret", "x")
    monkeypatch.setenv("AWS_PROFILE", "the-real-one")
    output = tmp_path / "env.txt"
    terraform = program(tmp_path / "terraform", "env")
    provider = program(tmp_path / "provider", f"env >{tmp_path / 'provider.txt'}{PROVIDER}")
    chosen = tool.Tool(str(terraform), provider, tmp_path)
    with session.attached(chosen, workplace) as attached:
        ended = attached.run([session.Command(("plan",), output)])
        process = Path("/proc") / (workplace.folder / "provider.pid").read_text().strip()
        assert process.exists()
    assert not process.exists()
    assert ended.status == 0, ended.output
    for said in (output, tmp_path / "provider.txt"):
        known = dict(line.split("=", 1) for line in said.read_text().splitlines() if "=" in line)
        assert known["AWS_ENDPOINT_URL"] == workplace.endpoint
        assert known["AWS_SECRET_ACCESS_KEY"] == "secret"
        assert known["HOME"] == str(workplace.folder)
        assert known["CHECKPOINT_DISABLE"] == "1"
        assert Path(known["TF_CLI_CONFIG_FILE"]).read_text() == "disable_checkpoint = true\n"
        assert not {"TF_VAR_secret", "AWS_PROFILE"} & set(known)
    assert '"hashicorp/aws": {"Protocol": "none"' in output.read_text()


def test_a_provider_that_does_not_start_is_said(workplace: Workplace, tmp_path: Path) -> None:
    broken = tool.Tool("/bin/true", program(tmp_path / "provider", "exit 1"), tmp_path)
    with (
        pytest.raises(Unavailable, match=r"Terraform's provider .*/provider does not start"),
        session.attached(broken, workplace),
    ):
        pass


@pytest.mark.skipif(
    walled.version() < 4, reason="this kernel's Landlock does not know ports, or there is none"
)
def test_the_provider_of_a_foreign_configuration_reads_nothing_of_the_users(
    workplace: Workplace, tmp_path: Path
) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("the-secret")
    (tmp_path / "there").mkdir()
    reads = f'echo "[$(cat {secret})]" >"$HOME/read.txt"{PROVIDER}'
    provider = program(tmp_path / "there" / "provider", reads)
    terraform = program(tmp_path / "there" / "terraform", "exit 0")
    for whole in (False, True):
        with session.attached(tool.Tool(str(terraform), provider, tmp_path), workplace, whole=whole):
            said = (workplace.folder / "read.txt").read_text()
        assert said == ("[]\n" if whole else "[the-secret]\n")
