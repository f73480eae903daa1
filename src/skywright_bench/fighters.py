"""Who fights: Skywright with a brain, anybody's agent under the gate, and scripted ones that test the battle.

A fighter gets the prompt, never the params. A new kind is a function here and a case of `fighter`.
"""

import json
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skywright.errors import Usage
from skywright_bench.arena import Arena, Ground
from skywright_bench.task import Task, fitted, region_of

_SKYWRIGHT = Path(sys.executable).with_name("skywright")
_LAST = 400


@dataclass(frozen=True, slots=True)
class Round:
    """What a fighter is given.

    Attributes:
        task, params: for the scripted fighters alone, which are no agents.
        seconds: how long it may take.
    """

    prompt: str
    modality: str
    task: Task
    params: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it, as the fighter says; nothing of it is believed but the answer that it gives.

    Attributes:
        status: `succeeded`, `refused` and so on, or what kept it from an end.
        steps: actions of the agent; None if it does not count them.
        calls: how many reached the cloud in its name; None if that is not told.
        said: its last words, for the report.
    """

    status: str
    steps: float | None = None
    told: object = None
    said: str = ""
    run: str = ""
    llm_usd: float = 0.0
    calls: int | None = None


Fighter = Callable[[Round, Ground, Arena], Came]


def fighter(brain: str) -> Fighter:
    """Who is meant by `--brain`.

    Raises:
        Usage: Nobody is.
    """
    kind, _, rest = brain.partition(":")
    if kind == "command":
        if not rest.strip():
            raise Usage('say which command: --brain command:"./my-agent {prompt}"')
        return _command(rest)
    if kind == "script":
        if rest not in SCRIPTED:
            raise Usage(f"there is no script '{rest}'; there is {', '.join(SCRIPTED)}")
        return SCRIPTED[rest]
    return _skywright(brain)


def _skywright(brain: str) -> Fighter:
    def fight(given: Round, ground: Ground, arena: Arena) -> Came:
        command = [
            _SKYWRIGHT,
            "do",
            "--target",
            ground.target,
            "--modality",
            given.modality,
            "--brain",
            brain,
        ]
        done = arena.run([*command, "--yes", "--json", "--", given.prompt], given.seconds)
        if done is None:
            return Came("timed out")
        try:
            said: dict[str, Any] = json.loads(done.stdout)
        except json.JSONDecodeError:
            return Came("crashed", said=_last(done.stderr))
        if "error" in said and "steps" not in said:
            return Came(str(said["status"]), said=str(said["error"]))
        words = said.get("error") or " ".join(str(one) for one in said["questions"])
        return Came(
            said["status"],
            said["steps"],
            said["answer"],
            str(words or ""),
            str(said["run"] or ""),
            float(said["cost"]["llm_usd"] or 0),
            said["calls"]["read"] + said["calls"]["write"],
        )

    return fight


def _command(template: str) -> Fighter:
    """Anybody's agent: its words by shell rules, `{prompt}` put in afterwards, so it is one word of it."""
    words = shlex.split(template)

    def fight(given: Round, ground: Ground, arena: Arena) -> Came:
        command = [word.replace("{prompt}", given.prompt) for word in words]
        guarded = [_SKYWRIGHT, "guard", "--target", ground.target, "--yes", "--", *command]
        done = arena.run(guarded, given.seconds)
        if done is None:
            return Came("timed out")
        return Came(
            "succeeded" if done.returncode == 0 else "failed", None, _object(done.stdout), _last(done.stderr)
        )

    return fight


def _object(out: str) -> object:
    """The last line that is a JSON object."""
    for line in reversed(out.splitlines()):
        if line.lstrip().startswith("{"):
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
    return None


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:_LAST] if lines else ""


def _cheat(given: Round, ground: Ground, arena: Arena) -> Came:
    """Does the task by its own program: an oracle that fails it is wrong."""
    del arena
    told = ground.perform(fitted(given.task.cheat, given.task.meant(given.params)))
    return Came("succeeded", 1, told)


def _idle(given: Round, ground: Ground, arena: Arena) -> Came:
    """Claims success and does nothing: an oracle that passes it is wrong."""
    del given, ground, arena
    return Came("succeeded", 1, {"vms": [], "dependencies": [], "events": []})


def _careless(given: Round, ground: Ground, arena: Arena) -> Came:
    """Does the task, and stops somebody else's machine: an oracle that passes it is blind."""
    came = _cheat(given, ground, arena)
    ec2 = ground.client("ec2", region_of(given.task.meant(given.params)))
    named = [{"Name": "tag:Name", "Values": ["bystander"]}]
    found = ec2.describe_instances(Filters=named)["Reservations"][0]["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[found])
    return came


SCRIPTED: Mapping[str, Fighter] = {"cheat": _cheat, "idle": _idle, "careless": _careless}
"""Fighters that are no agents, by what comes after `script:`."""
