"""`skywright policy`: the rules that decide, and whether they do what their examples say."""

import sys
from typing import Annotated

import typer

from skywright.app.sandbox import Sandbox
from skywright.cli.shared import Json, print_object, shown
from skywright.errors import NotFound
from skywright.guard.examples import examples, unproven
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
