"""`skywright policy`: the rules that decide, and whether they do what their examples say."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from skywright.app.sandbox import Sandbox
from skywright.cli.shared import Json, print_object, shown
from skywright.errors import NotFound, Usage
from skywright.guard.drafting import NAME, Draft, draft
from skywright.guard.examples import FOLDER, examples, unproven
from skywright.guard.metadata import PolicyRule
from skywright.guard.policies import Policies
from skywright.model.resource import Resource
from skywright.model.verdict import Proposal

commands = typer.Typer(help="The rules that decide.", no_args_is_help=True, rich_markup_mode=None)


@commands.command(name="list")
def list_rules(json: Json = False) -> None:
    """Print every rule: what it does where it holds, its name, what it is about."""
    rules = sorted(Policies.load(Sandbox().home.policy).rules(), key=lambda rule: rule.id)
    if json:
        print_object({"rules": [_row(rule) for rule in rules]})
        return
    for rule in rules:
        typer.echo(shown(f"{rule.severity:<9} {rule.id:<30} {rule.title}"))


@commands.command()
def show(id: Annotated[str, typer.Argument(metavar="RULE")], json: Json = False) -> None:
    """Print one rule whole: why it is there, where it comes from, and its examples."""
    folder = Sandbox().home.policy
    rule = next((rule for rule in Policies.load(folder).rules() if rule.id == id), None)
    given = [example for example in examples(folder) if example.rule == id]
    if rule is None:
        raise NotFound(f"there is no rule '{id}'; `skywright policy list` names them")
    if json:
        print_object(_row(rule))
        return
    typer.echo(shown(f"{rule.id}: {rule.title}\n\n{rule.rationale}\n"))
    typer.echo(
        shown(
            f"severity  {rule.severity}\nsource    {rule.source}\nwritten   {rule.file}, line {rule.line}\n"
        )
    )
    for example in given:
        typer.echo(shown(f"{example.wanted}  {_told(example.given)}"))


@commands.command()
def test(json: Json = False) -> None:
    """Run the examples of every rule, shipped and your own; exit status 1 if one is not judged as it says."""
    folder = Sandbox().home.policy
    policies = Policies.load(folder)
    given = examples(folder)
    wrong = [(example, problem) for example in given if (problem := example.problem(policies))]
    without = unproven(policies, given)
    if json:
        failures = [{"example": str(example), "problem": problem} for example, problem in wrong]
        print_object(
            {
                "ok": not wrong,
                "rules": len({rule.id for rule in policies.rules()}),
                "examples": len(given),
                "failures": failures,
                "without_examples": list(without),
            }
        )
    else:
        for example, problem in wrong:
            typer.echo(shown(f"wrong   {example}: {problem}"))
        for rule in without:
            typer.echo(shown(f"rule {rule} lacks an example of what it catches or lets pass"))
        typer.echo(f"{len(policies.rules())} rules, {len(given)} examples, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


@commands.command(name="draft")
def draft_rule(
    sentence: Annotated[str, typer.Argument(metavar="POLICY")],
    brain: Annotated[str, typer.Option(envvar="SKYWRIGHT_BRAIN", metavar="PROVIDER:MODEL")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FOLDER")] = None,
    json: Json = False,
) -> None:
    """Have a model write a rule with examples, run both, and show them; nothing of it comes into force."""
    home = Sandbox().home
    folder = home.policy
    if output is not None and output.resolve().is_relative_to(folder.resolve()):
        raise Usage("a draft is not written into the policy folder; read it, and copy it there yourself")
    if not brain:
        raise Usage("no model is configured to write a draft: name one with --brain PROVIDER:MODEL")
    # What it imports is needed by no other command here.
    drafting = import_module("skywright.app.drafting")
    found = draft(sentence, drafting.asking(brain, home.path, os.environ))
    if output is not None and found.rego:
        _write(found, output)
    print_object(_drafted(found)) if json else _show(found, folder)
    sys.exit(1 if found.problems else 0)


def _write(found: Draft, folder: Path) -> None:
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.rego").write_text(found.rego, "utf-8")
        (folder / FOLDER / f"{NAME}.yaml").write_text(found.yaml, "utf-8")
    except OSError as error:
        raise Usage(f"the draft cannot be written to {folder}: {error.strerror}") from error


def _show(found: Draft, folder: Path) -> None:
    typer.echo(shown(f"{found.rego}\n{found.yaml}"))
    for example, problem in found.tried:
        typer.echo(shown(f"{'wrong' if problem else 'right'}   {example}: {_told(example.given)} {problem}"))
    for problem in found.problems:
        typer.echo(shown(f"problem {problem}"))
    typer.echo(shown(f"This is a draft and not in force. A rule is once its file is in {folder}."))


def _drafted(found: Draft) -> dict[str, object]:
    tried = [{"example": str(example), "problem": problem} for example, problem in found.tried]
    return {
        "ok": not found.problems,
        "in_force": False,
        "rego": found.rego,
        "examples": found.yaml,
        "rules": [_row(rule) for rule in found.rules],
        "tried": tried,
        "problems": list(found.problems),
    }


def _row(rule: PolicyRule) -> dict[str, object]:
    return {
        "id": rule.id,
        "severity": rule.severity,
        "title": rule.title,
        "rationale": rule.rationale,
        "source": rule.source,
        "file": rule.file,
        "line": rule.line,
    }


def _told(given: Proposal | Resource) -> str:
    if isinstance(given, Proposal):
        return f"{given.operation} {dict(given.arguments)}"
    return f"{given.type} {dict(given.properties)}"
