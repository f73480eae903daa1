"""docs/battle-tasks.md says what the tasks say."""

from skywright_bench.library import tasks
from skywright_bench.tasks_page import PAGE, text


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == text(), "run: make pages"


def test_it_lists_every_task_once() -> None:
    lines = text().splitlines()
    assert [sum(line.startswith(f"| `{id}` |") for line in lines) for id in tasks()] == [1] * len(tasks())
