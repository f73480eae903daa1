"""The exam can be sat by anybody, in a process of its own since it lays the gym's rules over moto."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from skywright.brains.builtin.intents.taught import phrasings

ROOT = Path(__file__).parents[3]
ROW = {"id": "y", "task": "strict"}


def sat(path: str = "", *options: str) -> str:
    command = [sys.executable, "-m", "bench.exam", *([path] if path else []), *options]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300).stdout


def graded(said: str) -> list[int]:
    """Rows, right, asked or declined, wrong action, wrong answer: of the whole."""
    return [
        int(number)
        for number in next(line.split() for line in said.splitlines() if line.startswith("all "))[1:]
    ]


@pytest.mark.slow
def test_what_was_tuned_on_got_no_worse(tmp_path: Path) -> None:
    """Every third row; all of them take minutes: `python -m bench.exam tests/unit/bench/development.json`."""
    rows = json.loads((Path(__file__).parent / "development.json").read_text("utf-8"))
    exam = tmp_path / "exam.json"
    exam.write_text(json.dumps(rows[::3]), "utf-8")
    said = sat(str(exam), "--verbose")
    rows, right, _, wrong_action, wrong_answer = graded(said)
    assert right >= 0.94 * rows and wrong_action <= 0.015 * rows and wrong_answer <= 0.01 * rows, said


def test_no_prompt_of_an_exam_is_taught() -> None:
    taught = {text.lower().strip(" .?!") for _, text in phrasings()}
    exams = (ROOT / "bench/exam/example.json", Path(__file__).parent / "development.json")
    said = {
        row["prompt"].lower().strip(" .?!") for exam in exams for row in json.loads(exam.read_text("utf-8"))
    }
    assert not taught & said


@pytest.mark.slow
def test_most_of_the_example_is_right_and_nothing_is_done_wrong() -> None:
    said = sat()
    rows, right, _, wrong_action, wrong_answer = graded(said)
    assert rows == 20 and right >= 19, said
    assert wrong_action == wrong_answer == 0, said


def test_what_is_not_as_it_was_meant_is_no_pass(tmp_path: Path) -> None:
    """Each prompt does something else than its intent, or more, or nothing."""
    other = [
        ("stop web-1", {"kind": "stop_vms", "vms": ["web-2"]}),
        ("stop web-1 and web-2", {"kind": "stop_vms", "vms": ["web-1"]}),
        ("create a vm named lone", {"kind": "create_vms", "count": 1, "names": ["lonely"]}),
        ("create 2 vms", {"kind": "create_vms", "count": 2, "size": "t3.large"}),
        ("attach a 30 GB disk to web-1", {"kind": "attach_disk", "vm": "web-1", "size_gb": 31}),
        ("open port 22 on web-1", {"kind": "open_port", "vm": "web-1", "port": 22, "source": "10.0.0.0/8"}),
        ("stop web-1", {"kind": "decline"}),
        ("stop web-1", {"kind": "answer", "about": "vm_status", "vms": ["web-1"]}),
    ]
    rows = [{**ROW, "prompt": prompt, "intent": intent} for prompt, intent in other]
    rows.append({**ROW, "prompt": "is web-1 up?", "intent": {"kind": "stop_vms", "vms": ["web-1"]}})
    rows.append({**ROW, "prompt": "hello", "intent": {"kind": "stop_vms", "vms": ["web-1"]}})
    exam = tmp_path / "exam.json"
    exam.write_text(json.dumps(rows), "utf-8")
    said = sat(str(exam), "--verbose")
    assert graded(said) == [10, 0, 1, 8, 1], said
