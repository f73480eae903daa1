"""The gym as Gymnasium environments, in process and without HTTP. Needs the extra `env`."""

from skywright_gym.env.account import REGION, Account, Refused
from skywright_gym.env.api import ApiEnv
from skywright_gym.env.cloud import CloudEnv
from skywright_gym.env.goal import Goal, Slot
from skywright_gym.env.origins import Origins
from skywright_gym.env.registration import register, vector
from skywright_gym.env.tasks import TASKS, Drawn, Task

__all__ = [
    "REGION",
    "TASKS",
    "Account",
    "ApiEnv",
    "CloudEnv",
    "Drawn",
    "Goal",
    "Origins",
    "Refused",
    "Slot",
    "Task",
    "register",
    "vector",
]
