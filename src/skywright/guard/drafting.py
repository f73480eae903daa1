"""Drafts of rules from a sentence: asked of a model, tried out on their own examples, never put into force.

Owns what the model is told, how its reply is read, and whether the draft does what its examples say. Who the
model is, is handed in. A reply is text that nobody vouches for: it is loaded beside the shipped rules in a
folder of its own, run on proposals that nobody means to perform, and thrown away.
"""

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from skywright.errors import Malformed
from skywright.guard.examples import FOLDER, Example, examples, unproven
from skywright.guard.metadata import PolicyRule
from skywright.guard.policies import Policies

Ask = Callable[[Sequence[str]], str]
"""A model: instructions, and then by turns what it was asked and what it replied, to its next reply."""

NAME: Final = "draft"
_TRIES: Final = 3
_LONGEST: Final = 30_000
_BLOCK: Final = re.compile(r"^```(rego|ya?ml)[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)

_INSTRUCTIONS: Final = """\
You write rules in Rego v1 (Open Policy Agent) that decide which calls to AWS an agent may make.
Reply with exactly two fenced blocks and nothing else: one ```rego block, one ```yaml block.

The Rego file is of a package `skywright.NAME`, imports `rego.v1`, and has one or more rules `deny`,
`escalate` (a person is asked) or `warn`. Each is a set of objects:
deny contains {{"rule": "ID", "says": says}} if {{ ... }}.
Every name in the head is bound in the body. Each rule has a # METADATA comment above it with title,
description, and custom: id and source, as in the file below. The source is the sentence that you were given.
A rule must not fail, or be undefined by accident, where a field is missing or of another type.

The input is one call: {{"operation": "ec2:RunInstances", "service", "name", "effect", "region", "arguments",
"facts", "principal", "config"}}. The effect is read, create, change, attach, detach, destroy or unknown; the
arguments are the API's own, by its own names; the facts are derived, and each may be missing: "residency",
"instance_type", "public_address", "public_bucket", "exposes" (a list of {{"protocol", "from_port", "to_port",
"cidr", "public"}}). Nothing else is known: no inventory, no other calls.

The YAML file is a list of {{rule, caught, passed}}: calls that the rule has to catch, and to let pass; at
least two of each, and in `passed` what is nearest to being caught.

An example of a Rego file that is in force:

{rego}

and of its examples:

{yaml}
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote, and what became of it.

    Attributes:
        rules: what the file says of its own rules; empty if it cannot be loaded.
        tried: each example, with what is wrong with the rule there; empty if nothing is.
        problems: why it cannot be used as it is; empty if every example is judged as it says.
    """

    rego: str
    yaml: str
    rules: tuple[PolicyRule, ...] = ()
    tried: tuple[tuple[Example, str], ...] = ()
    problems: tuple[str, ...] = ()


def draft(sentence: str, ask: Ask) -> Draft:
    """Have a rule written, and what is wrong with it mended, a few times at most; gives the last draft."""
    talk = [_instructions(), f"The policy, in the words of the person who wants it: {sentence}"]
    found = Draft("", "", problems=("the model was not asked",))
    for _ in range(_TRIES):
        reply = ask(talk)
        found = tried_out(reply)
        if not found.problems:
            break
        wrong = "\n".join(f"- {problem}" for problem in found.problems)
        talk += [reply[:_LONGEST], f"That does not work yet:\n{wrong}\nReply with both blocks again, whole."]
    return found


def tried_out(reply: str) -> Draft:
    """Read a reply, and run its rules on its examples."""
    blocks = _BLOCK.findall(reply[:_LONGEST])
    rego = [text for language, text in blocks if language == "rego"]
    yaml = [text for language, text in blocks if language != "rego"]
    if len(rego) != 1 or len(yaml) != 1:
        return Draft("", "", problems=("the reply has to hold one rego block and one yaml block",))
    with tempfile.TemporaryDirectory(prefix="skywright-draft-") as folder:
        return _in_folder(Path(folder), rego[0], yaml[0])


def _in_folder(folder: Path, rego: str, yaml: str) -> Draft:
    (folder / FOLDER).mkdir()
    (folder / f"{NAME}.rego").write_text(rego, "utf-8")
    (folder / FOLDER / f"{NAME}.yaml").write_text(yaml, "utf-8")
    try:
        policies = Policies.load(folder)
        given = examples(folder)
    except Malformed as error:
        return Draft(rego, yaml, problems=(str(error),))
    rules = tuple(rule for rule in policies.rules() if rule.file == f"{NAME}.rego")
    names = {rule.id for rule in rules}
    # What is shipped under the same name has examples of its own, and would seem to be this one.
    taken = sorted(names & {rule.id for rule in policies.rules() if rule not in rules})
    tried = tuple((each, each.problem(policies)) for each in given if each.rule in names)
    problems = [f"there is a shipped rule '{id}' already; choose another id" for id in taken]
    problems += [] if rules else ["no rule has a # METADATA comment with a custom id"]
    problems += [f"{example}: {wrong}" for example, wrong in tried if wrong]
    problems += [
        f"rule {id} lacks an example of what it catches or of what it lets pass"
        for id in unproven(policies, given)
        if id in names
    ]
    return Draft(rego, yaml, rules, tried, tuple(problems))


def _instructions() -> str:
    shipped = resources.files("skywright.guard") / "policies"
    rego = (shipped / "residency.rego").read_text("utf-8")
    yaml = (shipped / FOLDER / "residency.yaml").read_text("utf-8")
    return _INSTRUCTIONS.format(rego=rego, yaml=yaml)
