"""Who fights: Skywright with a brain, anybody's agent under the gate, and scripted ones that test the battle.

A fighter gets the prompt, never the params. A new kind is a function here and a case of `fighter`.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skywright.brains.builtin.brain import Builtin
from skywright.brains.model import settings
from skywright.brains.model.providers import wanted
from skywright.errors import Unavailable, Usage
from skywright.modalities.web.modality import portal_of
from skywright.program.text import dump
from skywright.state.home import Home
from skywright_bench.arena import Arena, Ground
from skywright_bench.task import Task, fitted, region_of

_SKYWRIGHT = Path(sys.executable).with_name("skywright")
_LAST = 400
_GUARDED = re.compile(r"^run (r-\w+): \d+ changes, \d+ refused$", re.MULTILINE)
"""The last words of `skywright guard`."""
PROGRAM = "program"
"""The brain's name under which a task's own program is performed."""
_ERROR = re.compile(r"[\w.]+(?:Error|Exception): ")
_OURS = ("SKYWRIGHT_HOME", "SKYWRIGHT_DATABASE", "SKYWRIGHT_BATTLE_DATABASE", settings.PLACE)
"""Where the battle keeps its own things: an agent has no business there, and is not told."""
_LEAVING_SECONDS = 5.0
"""What the harness of a bare agent has to end by itself and tell what was done."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a fighter may go.

    Attributes:
        steps: of a bare agent; by default the paper's.
    """

    seconds: float = 600
    steps: int = 100


@dataclass(frozen=True, slots=True)
class Round:
    """What a fighter is given.

    Attributes:
        task, params: for the scripted fighters alone, which are no agents.
    """

    prompt: str
    modality: str
    task: Task
    params: Mapping[str, Any]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it, as the fighter says; nothing of it is believed but the answer that it gives.

    Attributes:
        status: `succeeded`, `refused` and so on, or what kept it from an end.
        steps: actions of the agent; None if it does not count them.
        calls: how many reached the cloud in its name; None if that is not told.
        said: its last words, for the report.
        llm_usd: what the model cost; None if nobody knows its price.
        tokens: read and written by the model; None without one, or if that is not told.
        transcript: the file in which everything that was said is.
        size: of the program, as Skywright counted; empty if it came to none.
    """

    status: str
    steps: float | None = None
    told: object = None
    said: str = ""
    run: str = ""
    llm_usd: float | None = 0.0
    calls: int | None = None
    tokens: tuple[int, int] | None = None
    transcript: str = ""
    size: str = ""


Fighter = Callable[[Round, Ground, Arena], Came]


def fighter(brain: str) -> Fighter:
    """Who is meant by `--brain`.

    Raises:
        Usage: Nobody is, or what it needs is not set.
        Unavailable: What it needs is not installed.
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
    if kind == "bare":
        return _bare(rest)
    if brain == PROGRAM:
        return _program
    return _skywright(brain)


def _skywright(brain: str) -> Fighter:
    """Skywright with a brain.

    Raises:
        NotFound: There is no such brain.
        Usage, Unavailable: It needs something that is not set, or not installed.
    """
    if brain != Builtin.name:
        wanted(brain, settings.load(Home.locate(os.environ).path, os.environ), os.environ)

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
        return _ran([*command, "--yes", "--json", "--", given.prompt], given, arena)

    return fight


def _program(given: Round, ground: Ground, arena: Arena) -> Came:
    """Performs the task's own program: no brain is in it, what is measured is the runner."""
    assert given.task.program is not None  # the plan saw to it
    file = arena.transcripts / f"{ground.target}.yaml"
    file.write_text(dump(fitted(given.task.program, given.task.meant(given.params))), "utf-8")
    options = ["--target", ground.target, "--modality", given.modality, "--yes", "--json"]
    return _ran([_SKYWRIGHT, "apply", *options, "--", file], given, arena)


def _ran(command: Sequence[str | Path], given: Round, arena: Arena) -> Came:
    """What `skywright do` or `apply` says of itself."""
    done = arena.run(command, given.limits.seconds)
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
        size=(said["complexity"] or {}).get("size", ""),
    )


def _command(template: str) -> Fighter:
    """Anybody's agent: its words by shell rules, `{prompt}` put in afterwards, so it is one word of it."""
    words = shlex.split(template)

    def fight(given: Round, ground: Ground, arena: Arena) -> Came:
        unset = [word for name in _OURS for word in ("-u", name)]
        command = ["env", *unset, *(word.replace("{prompt}", given.prompt) for word in words)]
        done = arena.run(_guarded(ground, command), given.limits.seconds)
        if done is None:
            return Came("timed out")
        status = "succeeded" if done.returncode == 0 else "failed"
        return Came(status, None, _object(done.stdout), _last(done.stderr), run=_run_of(done.stderr))

    return fight


def _guarded(ground: Ground, command: Sequence[str | Path]) -> list[str | Path]:
    return [_SKYWRIGHT, "guard", "--target", ground.target, "--yes", "--", *command]


def _run_of(told: str) -> str:
    """The run that `skywright guard` kept, by its last words."""
    found = _GUARDED.findall(told)
    return found[-1] if found else ""


def _bare(model: str) -> Fighter:
    """A model in the paper's loop, in a process of its own under `skywright guard`.

    Raises:
        Usage: There is no such model, or what it needs is not set.
    """
    agent = [sys.executable, "-m", "skywright_bench.bare"]
    looked = subprocess.run([*agent, "cli", model, ""], capture_output=True, text=True, check=False)
    if looked.returncode:
        raise Usage(_last(looked.stderr))

    def fight(given: Round, ground: Ground, arena: Arena) -> Came:
        transcript = arena.transcripts / f"{ground.target}.jsonl"
        options = ["--steps", str(given.limits.steps), "--transcript", str(transcript)]
        options += ["--seconds", str(given.limits.seconds - _LEAVING_SECONDS)]
        if given.modality == "web":
            options += ["--portal", portal_of(arena.gym.status())]
        command = _guarded(ground, [*agent, *options, "--", given.modality, model, given.prompt])
        done = arena.run(command, given.limits.seconds)
        if done is None:
            return Came("timed out", transcript=str(transcript))
        if done.returncode:
            raise Unavailable(_last(_GUARDED.sub("", done.stderr)))
        told = _object(done.stdout)
        if not isinstance(told, dict):
            return Came("crashed", said=_last(done.stderr), transcript=str(transcript))
        return Came(
            told["status"],
            told["steps"],
            told["answer"],
            told["said"],
            _run_of(done.stderr),
            told["usd"],
            tokens=(told["tokens_in"], told["tokens_out"]),
            transcript=str(transcript),
        )

    return fight


def _object(out: str) -> dict[str, Any] | None:
    """The last line that is a JSON object."""
    for line in reversed(out.splitlines()):
        if line.lstrip().startswith("{"):
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
    return None


def _last(text: str) -> str:
    """The last words of a process; of a traceback the line that names the error."""
    lines = text.strip().splitlines()
    errors = [line for line in lines if _ERROR.match(line)]
    return (errors or lines)[-1][:_LAST] if lines else ""


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
