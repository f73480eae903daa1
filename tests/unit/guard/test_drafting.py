"""A rule that a model writes is run on its own examples, mended a few times at most, and never in force."""

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from skywright.cli.policy import commands
from skywright.errors import SkywrightError, Unavailable, Usage
from skywright.guard.drafting import draft, tried_out
from skywright.guard.policies import Policies

SENTENCE = "All data of EU customers stays in EU regions"
REGO = """\
package skywright.drafted

import rego.v1

# METADATA
# title: Tables stay in the EU
# description: Customers were promised that.
# custom:
#   id: drafted.eu-tables
#   source: All data of EU customers stays in EU regions
deny contains {"rule": "drafted.eu-tables", "says": says} if {
	input.operation == "dynamodb:CreateTable"
	not startswith(input.region, "eu-")
	says := sprintf("a table in %s is outside the EU", [input.region])
}
"""
YAML = """\
- rule: drafted.eu-tables
  caught:
    - {operation: "dynamodb:CreateTable", effect: create, region: us-east-1}
  passed:
    - {operation: "dynamodb:CreateTable", effect: create, region: eu-west-1}
"""


def reply(rego: str = REGO, yaml: str = YAML) -> str:
    return f"Here it is.\n```rego\n{rego}```\n```yaml\n{yaml}```\n"


class Scripted:
    """Replies what it is told to, in turn; remembers what it was asked."""

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.asked: list[Sequence[str]] = []

    def __call__(self, talk: Sequence[str]) -> str:
        self.asked.append(tuple(talk))
        return self.replies.pop(0)


def test_a_good_draft_is_tried_out_and_not_in_force() -> None:
    model = Scripted(reply())
    found = draft(SENTENCE, model)
    assert found.problems == () and [rule.id for rule in found.rules] == ["drafted.eu-tables"]
    assert [(example.wanted, wrong) for example, wrong in found.tried] == [("caught", ""), ("passed", "")]
    assert SENTENCE in model.asked[0][1]


def test_what_is_wrong_is_told_to_the_model_which_mends_it() -> None:
    model = Scripted(reply(REGO.replace('"eu-"', '"us-"')), reply())
    found = draft(SENTENCE, model)
    assert found.problems == ()
    assert "drafted.eu-tables caught 0: the rule does not catch it" in model.asked[1][-1]


def test_it_is_not_asked_for_ever() -> None:
    model = Scripted(*["nothing"] * 9)
    found = draft(SENTENCE, model)
    assert found.problems and len(model.asked) == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no blocks", "one rego block and one yaml block"),
        (reply(REGO.replace("deny contains", "deny containz")), "draft.rego"),
        (reply(REGO.replace("drafted.eu-tables", "network.public-ssh")), "shipped rule"),
        (reply(yaml="- rule: drafted.eu-tables\n"), "lacks an example"),
        (reply(yaml="{\n"), "draft.yaml"),
        (reply(REGO.replace("# METADATA\n", "")), "no rule has a # METADATA comment"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, problem: str) -> None:
    assert any(problem in each for each in tried_out(text).problems)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKYWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SKYWRIGHT_BRAIN", raising=False)
    return tmp_path / "home"


def run(*words: str) -> Any:
    return CliRunner().invoke(commands, ["draft", SENTENCE, *words])


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "words",
    [
        [],
        pytest.param(["--brain", "nothing"], marks=pytest.mark.slow),
        pytest.param(["--brain", "openai-compatible:m"], marks=pytest.mark.slow),
    ],
)
def test_without_a_model_it_is_one_sentence(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    said = run(*words)
    assert isinstance(said.exception, Usage) and said.exception.exit_status == 2
    assert "\n" not in str(said.exception)


def test_it_is_never_written_into_the_policy_folder(home: Path) -> None:
    said = run("--brain", "openai-compatible:m", "-o", str(home / "policy" / "new"))
    assert isinstance(said.exception, Usage) and "policy folder" in str(said.exception)


class _Chat(BaseHTTPRequestHandler):
    """An OpenAI chat server that says one thing."""

    status, says = 200, ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        message = {"role": "assistant", "content": self.says}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        body = json.dumps({**answer, "usage": usage}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests' own output is enough."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Chat]]:
    handler = type("Handler", (_Chat,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{http.server_port}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        yield handler
        http.shutdown()


@pytest.mark.slow
def test_a_model_behind_a_network_is_asked(home: Path, tmp_path: Path, server: type[_Chat]) -> None:
    server.says = reply()
    said = run("--brain", "openai-compatible:m", "--json", "-o", str(tmp_path / "drafts"))
    assert said.exit_code == 0, said.output
    told = json.loads(said.output)
    assert told["ok"] and not told["in_force"] and told["rego"] == REGO
    assert (tmp_path / "drafts" / "draft.rego").read_text() == REGO
    assert (tmp_path / "drafts" / "examples" / "draft.yaml").read_text() == YAML
    assert list((home / "policy").glob("*.rego")) == []
    assert "drafted.eu-tables" not in {rule.id for rule in Policies.load(home / "policy").rules()}


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_model_that_fails_is_one_sentence(server: type[_Chat]) -> None:
    server.status = 401
    said = run("--brain", "openai-compatible:m")
    assert isinstance(said.exception, Unavailable) and isinstance(said.exception, SkywrightError)
    assert "\n" not in str(said.exception)
