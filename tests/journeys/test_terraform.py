"""The paper's tasks in real Terraform, in the same words and before the same judge.

Terraform waits a minute for a load balancer and ten seconds for a machine, twice each. What three machines
behind a load balancer show need not be shown again by one machine, so those tasks are left to the scripts,
unless `SKYWRIGHT_TEST_TERRAFORM=all`.
"""

import os

import pytest
from tests import terraform
from tests.journeys.test_eleven_tasks import TASKS
from tests.user import User

pytestmark = [pytest.mark.slow, terraform.needed, pytest.mark.timeout(600)]

SHOWN_BY_OTHERS = {"one", "three"}
CANNOT = {"health"}
ALL = os.environ.get("SKYWRIGHT_TEST_TERRAFORM") == "all"


@pytest.mark.parametrize(
    "name", [name for name in TASKS if name not in CANNOT | (set() if ALL else SHOWN_BY_OTHERS)]
)
def test_task(user: User, name: str) -> None:
    task = TASKS[name]
    cloud = user.account()
    there = task.before(cloud)
    said = user.do(task.words, cloud, "--yes", "--modality", "iac", seconds=500)
    assert said.status == 0, said.out + said.err
    assert said.json["steps"] == 1
    assert "not accounted for" not in said.err
    assert task.holds(cloud, there, said), said.out


def test_what_terraform_cannot_tell_another_modality_can(user: User) -> None:
    said = user.do(TASKS["health"].words, user.account(), "--modality", "iac")
    assert said.status == 1
    assert said.json["status"] == "failed"
    assert said.json["steps"] == 0
    assert "Terraform has no data source for what health:DescribeEvents tells; use --modality cli" in said.err
