"""A command line as the API's call that the AWS CLI makes of it. Owns the use of the CLI's own parser, in
this process; makes no call.
"""

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from awscli import clidriver

from bench.breadth.examples import Example

_ZONE = re.compile(r"\b((?:us|eu|ap|sa|ca|me|af)(?:-gov)?-[a-z]+-\d)[a-z]\b")
_DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Call:
    """One call of the API: where, what, and with what.

    Args:
        is_projected: The command has `--query` or another form of output than JSON, so that what the
            documentation shows is not the answer's own shape.
    """

    service: str
    operation: str
    parameters: dict[str, Any]
    region: str
    is_projected: bool = False


class Unfit(Exception):
    """The example is no command that can be run as it stands; says why."""


class _Recorder:
    """In place of what carries out the CLI's calls."""

    def __init__(self, _session: Any) -> None:
        pass

    def invoke(self, service: str, operation: str, parameters: dict[str, Any], options: Any) -> int:
        projected = bool(options.query) or options.output not in (None, "json")
        region = options.region or ""
        _recorded.append(Call(service, operation, parameters, region, projected))
        return 0


_recorded: list[Call] = []


class Parser:
    """The CLI's parser. One for many commands: it is the models that take long to read."""

    def __init__(self) -> None:
        self._driver = _driver()

    def call(self, example: Example) -> Call:
        """What the command would call.

        In the region that it names, else that of a zone in it, else us-east-1.

        Raises:
            Unfit: It is no command of this CLI, or takes from a file, or makes no call.
        """
        if example.words is None:
            raise Unfit("cannot be taken apart as a shell does")
        if any(word in ("^", "`") for word in example.words):
            raise Unfit("is written for a shell of Windows")
        if any(re.search(r"\bfileb?://", word) for word in example.words):
            raise Unfit("takes a parameter from a file")
        found = self._parsed(example.words)
        if found is None:
            # A command that is refused may leave the parser unfit for any other.
            self._driver = _driver()
            found = self._parsed(example.words)
        if found is None:
            self._driver = _driver()
            raise Unfit("is not a command line that this version of the CLI takes")
        zone = _ZONE.search(example.line)
        return replace(found, region=found.region or (zone.group(1) if zone else _DEFAULT_REGION))

    def _parsed(self, words: tuple[str, ...]) -> Call | None:
        told = io.StringIO()
        _recorded.clear()
        with contextlib.ExitStack() as stack:
            stack.enter_context(_recording())
            stack.enter_context(contextlib.redirect_stderr(told))
            stack.enter_context(contextlib.redirect_stdout(told))
            # It ends the process where the command line is wrong.
            stack.enter_context(contextlib.suppress(SystemExit))
            self._driver.main(list(words[1:]))
        return _recorded[0] if len(_recorded) == 1 else None


def _driver() -> clidriver.CLIDriver:
    with _recording():
        return clidriver.create_clidriver()


@contextlib.contextmanager
def _recording() -> Iterator[None]:
    original = clidriver.CLIOperationCaller
    clidriver.CLIOperationCaller = _Recorder
    try:
        yield
    finally:
        clidriver.CLIOperationCaller = original
