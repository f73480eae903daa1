"""`python -m skywright_bench.bare`: one bare agent with one request, under `skywright guard`.

Prints one line of JSON: how it ended. The exit status is 0 whatever the agent did; it is another one only if
there was no agent at all.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from skywright.brains.model.talk import Reply, Said
from skywright.errors import SkywrightError, Usage
from skywright.modalities.web import browser
from skywright.state.home import Home
from skywright_bench.bare import hands, portal, words
from skywright_bench.bare.loop import MOST_STEPS, Hands, Loop
from skywright_bench.bare.model import named

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@command.command()
def agent(
    modality: Annotated[str, typer.Argument(help="cli, sdk, iac or web.")],
    model: Annotated[str, typer.Argument(help="PROVIDER:MODEL, or a model at OPENAI_BASE_URL.")],
    request: Annotated[
        str, typer.Argument(help="What is wanted; empty: only look whether the model can be had.")
    ],
    at: Annotated[str, typer.Option("--portal", help="The web portal's address.")] = "",
    seconds: Annotated[float, typer.Option(help="How long it may take.")] = 600,
    steps: Annotated[int, typer.Option(help="How many actions it may take.")] = MOST_STEPS,
    transcript: Annotated[Path | None, typer.Option(help="Where all that is said is written down.")] = None,
) -> None:
    """Let a model do what a request says, with nothing but its modality."""
    until = time.monotonic() + seconds
    remote = named(model, os.environ)
    if not request:
        return
    with tempfile.TemporaryDirectory(prefix="bare-") as folder, reaching(modality, Path(folder), at) as its:
        loop = Loop(remote, its, lambda: until - time.monotonic(), _recorder(transcript), steps)
        ended = loop.run(words.manual(modality, os.environ["AWS_REGION"]), request)
    typer.echo(json.dumps(asdict(ended)))


@contextmanager
def reaching(modality: str, folder: Path, at: str) -> Generator[Hands]:
    """The hands of a modality, in a scratch folder.

    Args:
        at: the web portal's address.

    Raises:
        Usage: There is no such modality.
        Unavailable: Its tools are not here.
    """
    if modality == "web":
        program = browser.find(os.environ)
        with portal.entered(program, at, os.environ["AWS_REGION"], folder) as page:
            yield page
        return
    place = hands.workplace(folder)
    match modality:
        case "cli":
            yield hands.shell(place)
        case "sdk":
            yield hands.python(place)
        case "iac":
            yield hands.Terraform(place, Home.locate(os.environ).path / "providers")
        case _:
            raise Usage(f"there is no modality '{modality}'")


def _recorder(file: Path | None) -> Callable[[Said, Reply | None], None]:
    """Writes each message down as it comes, so that what is killed leaves what it said."""

    def record(said: Said, reply: Reply | None) -> None:
        if file is not None:
            row = {"role": said.role, "text": said.text} | ({} if reply is None else asdict(reply))
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")

    return record


def main() -> None:
    """Run it; the world's failures are one sentence and an exit status."""
    try:
        command()
    except SkywrightError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
