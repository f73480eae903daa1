"""The exam can be sat by anybody, in a process of its own since it lays the gym's rules over moto."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from skywright.brains.builtin.intents.taught import phrasings

ROOT = Path(__file__).parents[3]
EXAMPLE = json.loads((ROOT / "bench/exam/example.json").read_text("utf-8"))
DEVELOPMENT = json.loads((Path(__file__).parent / "development.json").read_text("utf-8"))
OTHERWISE = [
    ("stop web-1", {"kind": "stop_vms", "vms": ["web-2"]}),
    ("stop web-1 and web-2", {"kind": "stop_vms", "vms": ["web-1"]}),
    ("create a vm named lone", {"kind": "create_vms", "count": 1, "names": ["lonely"]}),
    ("create 2 vms", {"kind": "create_vms", "count": 2, "size": "t3.large"}),
    ("attach a 30 GB disk to web-1", {"kind": "attach_disk", "vm": "web-1", "size_gb": 31}),
    ("open port 22 on web-1", {"kind": "open_port", "vm": "web-1", "port": 22, "source": "10.0.0.0/8"}),
    ("stop web-1", {"kind": "decline"}),
    ("stop web-1", {"kind": "answer", "about": "vm_status", "vms": ["web-1"]}),
    ("is web-1 up?", {"kind": "stop_vms", "vms": ["web-1"]}),
    ("hello", {"kind": "stop_vms", "vms": ["web-1"]}),
]
"""Each prompt does something else than its intent, or more, or nothing."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What was said of all these at one sitting; each exam has a line, as if it were a task."""
    exams = {
        "example": EXAMPLE,
        # Every third row; all of them take minutes: `python -m bench.exam tests/unit/bench/development.json`.
        "development": DEVELOPMENT[::3],
        "otherwise": [{"id": "y", "prompt": prompt, "intent": intent} for prompt, intent in OTHERWISE],
    }
    exam = tmp_path_factory.mktemp("exam") / "exam.json"
    exam.write_text(json.dumps([{**row, "task": name} for name, rows in exams.items() for row in rows]))
    command = [sys.executable, "-m", "bench.exam", str(exam), "--verbose"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300).stdout


def graded(said: str, exam: str) -> list[int]:
    """Of an exam: rows, right, asked or declined, wrong action, wrong answer."""
    told = next(line.split() for line in said.splitlines() if line.startswith(f"{exam} "))
    return [int(number) for number in told[1:]]


@pytest.mark.slow
def test_what_was_tuned_on_got_no_worse(said: str) -> None:
    rows, right, _, wrong_action, wrong_answer = graded(said, "development")
    assert right >= 0.94 * rows and wrong_action <= 0.015 * rows and wrong_answer <= 0.01 * rows, said


def test_no_prompt_of_an_exam_is_taught() -> None:
    taught = {text.lower().strip(" .?!") for _, text, _ in phrasings()}
    prompts = {row["prompt"].lower().strip(" .?!") for row in [*EXAMPLE, *DEVELOPMENT]}
    assert not taught & prompts


@pytest.mark.slow
def test_most_of_the_example_is_right_and_nothing_is_done_wrong(said: str) -> None:
    rows, right, _, wrong_action, wrong_answer = graded(said, "example")
    assert rows == 20 and right >= 19, said
    assert wrong_action == wrong_answer == 0, said


@pytest.mark.slow
def test_what_is_not_as_it_was_meant_is_no_pass(said: str) -> None:
    assert graded(said, "otherwise") == [10, 0, 1, 8, 1], said
