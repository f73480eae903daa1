"""The paper's tasks in real Terraform, in the same words and before the same judge.

Terraform waits a minute for a load balancer and ten seconds for a machine, twice each, and does nothing
meanwhile. So the tasks are done side by side, each in an account of its own, and judged one by one.
"""

import copy
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import terraform
from tests.journeys.test_eleven_tasks import TASKS
from tests.user import Cloud, Said, User

pytestmark = [pytest.mark.slow, terraform.needed, pytest.mark.timeout(900)]

AT_ONCE = 5
CANNOT = "health"
BY_TOFU = "address"
SHIM = """\
#!/bin/sh
echo "$*" >>'{told}'
exec '{program}' "$@"
"""


@dataclass(frozen=True)
class Done:
    """A task that was done, well or not: where, what was there before, and what was said."""

    cloud: Cloud
    there: dict[str, Any]
    said: Said


@pytest.fixture(scope="module")
def tofu(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something called `tofu` that writes down what it is told to do: OpenTofu where there is one.

    Where there is none it is Terraform, so that only its being preferred and its name are tried.
    """
    program = tmp_path_factory.mktemp("tofu") / "tofu"
    real = shutil.which("tofu") or shutil.which("terraform")
    program.write_text(SHIM.format(told=program.with_name("told.txt"), program=real))
    program.chmod(0o755)
    return program


@pytest.fixture(scope="module")
def done(user: User, tofu: Path) -> Iterator[dict[str, "Future[Done]"]]:
    """All tasks under way, the longest first."""
    user.run("gym", "up")
    with_tofu = copy.copy(user)
    with_tofu.environment = user.environment | {"PATH": f"{tofu.parent}:{os.environ['PATH']}"}
    names = sorted(TASKS, key=lambda name: name not in {"balanced", "spot", "disk"})
    with ThreadPoolExecutor(AT_ONCE) as workers:
        yield {
            name: workers.submit(carry_out, with_tofu if name == BY_TOFU else user, name) for name in names
        }


def carry_out(user: User, name: str) -> Done:
    task, cloud = TASKS[name], user.account()
    there = task.before(cloud)
    return Done(cloud, there, user.do(task.words, cloud, "--yes", "--modality", "iac", seconds=800))


@pytest.mark.parametrize("name", [name for name in TASKS if name != CANNOT])
def test_task(done: dict[str, "Future[Done]"], name: str) -> None:
    one = done[name].result()
    assert one.said.status == 0, one.said.out + one.said.err
    assert one.said.json["steps"] == 1
    assert "not accounted for" not in one.said.err
    assert TASKS[name].holds(one.cloud, one.there, one.said), one.said.out


def test_tofu_is_preferred_to_terraform(done: dict[str, "Future[Done]"], tofu: Path) -> None:
    assert done[BY_TOFU].result().said.status == 0
    commands = [line.split()[1] for line in tofu.with_name("told.txt").read_text().splitlines()]
    assert commands == ["plan", "show"]


def test_what_terraform_cannot_tell_another_modality_can(done: dict[str, "Future[Done]"]) -> None:
    said = done[CANNOT].result().said
    assert said.status == 1
    assert said.json["status"] == "failed"
    assert said.json["steps"] == 0
    assert (
        "Terraform has no data source for what health:DescribeEvents tells; use --modality cli"
        in said.json["error"]
    )
