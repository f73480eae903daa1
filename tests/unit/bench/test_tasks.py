"""Tasks and prompts as data: whole, and never what the brain was taught."""

from collections import Counter
from pathlib import Path

import pytest

from skywright.brains.builtin.intents.taught import phrasings
from skywright.errors import Malformed, NotFound, Unavailable
from skywright_bench.battle import Plan
from skywright_bench.library import chosen, prompts, tasks
from skywright_bench.task import STAGES, fitted


def plain(text: str) -> str:
    return text.lower().strip(" .?!")


def test_the_papers_eleven_tasks_are_there() -> None:
    paper = chosen("paper")
    assert Counter(one.stage for one in paper) == dict(zip(STAGES[:3], (3, 3, 5), strict=True))


def test_terraform_cannot_ask_for_the_health_of_a_cloud_and_may_say_so() -> None:
    assert {id: task.declines for id, task in tasks().items() if task.declines} == {
        "service-health": ("iac",)
    }


def test_every_stage_has_tasks() -> None:
    assert {one.stage for one in tasks().values()} == set(STAGES)


def test_every_task_has_eight_prompts_or_more_and_no_two_are_alike() -> None:
    shipped = prompts(None)
    assert len({plain(prompt.text) for prompt in shipped}) == len(shipped)
    counted = Counter(prompt.task for prompt in shipped)
    assert set(counted) == set(tasks()) and min(counted.values()) >= 8


def test_no_prompt_is_known_by_heart() -> None:
    taught = {plain(text) for _, text, _ in phrasings()}
    assert not taught & {plain(prompt.text) for prompt in prompts(None)}


def test_a_cheat_takes_what_the_prompt_meant() -> None:
    for prompt in prompts(None):
        one = tasks()[prompt.task]
        intent = one.meant(prompt.params)
        values = fitted(one.cheat, intent).values()
        for name in ("region", "size_gb", "vm", "names", "lb_port"):
            if name in prompt.params and name in values:
                assert values[name] == prompt.params[name], prompt


def test_tasks_are_named_by_set_or_name_and_once() -> None:
    assert next(one.id for one in chosen("disks,paper,disks")) == "disks"
    assert len(chosen("all,disks")) == len(tasks())
    with pytest.raises(NotFound, match=r"no task 'disk'; there is all, .*paper.* is it disks"):
        chosen("disks,disk")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 1: that is not JSON"),
        ("[]", "line 1: that is not an object"),
        ('{"task": "fly"}', "line 1: 'fly' is no task"),
        ('{"task": "disks", "prompt": 3}', "line 1: it needs 'prompt'"),
        ('\n{"task": "disks", "prompt": "x", "params": []}', "line 2: it needs 'prompt'"),
        ("", "it holds no prompt"),
    ],
)
def test_a_broken_prompt_is_named(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text(line, "utf-8")
    with pytest.raises(Malformed, match=why):
        prompts(file)


def test_a_file_that_is_not_there_or_no_text_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        prompts(tmp_path / "none")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(Malformed, match="not text in UTF-8"):
        prompts(tmp_path / "bytes")


def planned(seed: int, trials: int | None = 3) -> list[str]:
    plan = Plan(chosen("paper"), prompts(None), ("cli", "sdk"), ("builtin",), trials, seed)
    return [f"{trial.id} {trial.prompt.text}" for trial in plan.all()]


def test_the_seed_decides_which_prompts_are_drawn() -> None:
    assert planned(1) == planned(1) != planned(2)
    assert len(planned(1)) == 11 * 2 * 3
    assert len(planned(1, None)) == 11 * 2 * 8


def test_every_modality_gets_the_same_prompts() -> None:
    of = {
        name: [line.split(" ", 1)[1] for line in planned(4) if f"/{name}/" in line] for name in ("cli", "sdk")
    }
    assert of["cli"] == of["sdk"]
