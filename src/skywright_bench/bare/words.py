"""What a bare agent is told, and how its replies are read. Owns every word between harness and model.

The manuals say what the modality is and how to answer, as the paper's prompts did (2.3, observation 4); they
hold no hint to any task.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

LONGEST = 10_000
"""Characters of what an action printed that a model is shown; the middle of more is left out."""

_BLOCK = re.compile(r"^[ \t]*```[ \t]*([\w-]*)[^\n]*\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)
_LIKE = {
    "bash": ("bash", "sh", "shell"),
    "python": ("python", "py", "python3"),
    "hcl": ("hcl", "terraform", "tf"),
    "action": ("action",),
}

_COMMON = """\
You manage an AWS account for a user, by yourself: nobody answers questions. The credentials and the
region ({region}) are set up already.

Each reply of yours is a thought in plain words, and then exactly one block between lines of three
backticks. Either it is an action:

{example}

and you are shown what came of it; or, when all is done, it is

```done
{{}}
```

If the user wanted to know something, the last block holds the answer as a JSON object, with plain keys
and the cloud's own identifiers, and just what was asked for, such as
{{"vms": [{{"id": "i-…", "name": "…", "state": "running", "public_ip": "…",
          "disks": [{{"id": "vol-…", "size_gb": 8, "type": "gp3"}}]}}]}}
{{"dependencies": [{{"id": "i-…", "depends_on": ["subnet-…"]}}]}}
{{"events": [{{"id": "arn:…"}}]}}

{modality}
"""

_CLI = "An action is a Bash script; use the `aws` command in it."

_SDK = """\
An action is a Python program; use boto3 in it, and print what you want to see. Each runs in a process
of its own."""

_IAC = """\
An action is the whole Terraform configuration (main.tf), which replaces the one before it; `terraform
apply` is run on it, and the state is kept. The provider is hashicorp/aws. What was there before is not
in the state: refer to it by data sources, or import it. Outputs are shown."""

_WEB = """\
You work in the cloud's web console, in a browser. After each action you are shown the page; what can be
acted on has a reference, such as e12. The actions:
click REF | fill REF TEXT | select REF OPTION | press KEY | go PATH | scroll SCREENS | wait SECONDS"""

_MODALITY = {
    "cli": ("bash", "aws ec2 describe-vpcs", _CLI),
    "sdk": ("python", "import boto3\nprint(boto3.client('ec2').describe_vpcs())", _SDK),
    "iac": (
        "hcl",
        'provider "aws" {}\n\ndata "aws_vpcs" "all" {}\n\noutput "ids" {\n  value = data.aws_vpcs.all.ids\n}',
        _IAC,
    ),
    "web": ("action", "click e12", _WEB),
}
"""What an action is marked with, an example of one, and what is said of it."""


class NoAction(Exception):
    """A reply in which there is nothing to carry out; what it says is told to the model."""


@dataclass(frozen=True, slots=True)
class Done:
    """The model says that all is done."""

    answer: object = None


def manual(modality: str, region: str) -> str:
    """What the model is told before the request."""
    language, example, words = _MODALITY[modality]
    return _COMMON.format(region=region, example=f"```{language}\n{example}\n```", modality=words)


def language(modality: str) -> str:
    """What the blocks of a modality's actions are marked with."""
    return _MODALITY[modality][0]


def action_of(reply: str, language: str) -> str | Done:
    """The one action of a reply; other blocks in it are thoughts.

    Raises:
        NoAction: There is none, there are several, or the answer cannot be read.
    """
    marks = (*_LIKE[language], "done")
    found = [(mark.lower(), code.strip()) for mark, code in _BLOCK.findall(reply) if mark.lower() in marks]
    if len(found) != 1:
        how_many = "no block" if not found else f"{len(found)} blocks"
        raise NoAction(
            f"Your reply has {how_many} that could be carried out, so nothing was done. Give exactly one: an "
            f"action between ```{language} and ```, or, when all is done, ```done with the answer."
        )
    mark, code = found[0]
    if mark == "done":
        return Done(_answer(code))
    if not code:
        raise NoAction("Your action is empty, so nothing was done.")
    return code


def _answer(text: str) -> object:
    try:
        answer: Any = json.loads(text or "{}")
    except ValueError as error:
        raise NoAction(f"Your answer is not JSON: {error}. Give the done block again.") from error
    if not isinstance(answer, dict):
        raise NoAction("Your answer is JSON, but no object. Give the done block again.")
    return answer or None


def cut(text: str) -> str:
    """A text without its middle if it is too long."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"
