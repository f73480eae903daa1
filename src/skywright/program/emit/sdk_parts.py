"""The few functions that an emitted boto3 program may need, as source. Owns their text; nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A function, and the import lines that it needs."""

    source: str = ""
    imports: tuple[str, ...] = ()


PARTS: dict[str, Part] = {
    "typing": Part(imports=("from typing import Any",)),
    "jmespath": Part(imports=("import jmespath",)),
    "base64": Part(imports=("import base64",)),
    "step": Part(
        '''
@contextmanager
def step(name: str, done: tuple[str, ...] = ()) -> Iterator[None]:
    """Say which step begins and, if it fails, which it was; an error code in `done` is no failure."""
    print(f"-- {name}", file=sys.stderr, flush=True)
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in done:
            sys.exit(f"step {name} failed: {error}")
    except (BotoCoreError, LookupError, TypeError, TimeoutError) as error:
        sys.exit(f"step {name} failed: {type(error).__name__}: {error}")
''',
        (
            "import sys",
            "from collections.abc import Iterator",
            "from contextlib import contextmanager",
            "from botocore.exceptions import BotoCoreError, ClientError",
        ),
    ),
    "poll": Part(
        '''
def poll(ask: Callable[[], Any], until: str, seconds: float) -> Any:
    """Ask again, ever more slowly, until the JMESPath expression is true of the answer."""
    deadline, pause = time.monotonic() + seconds, 0.2
    while not jmespath.search(until, result := ask()):
        if time.monotonic() + pause > deadline:
            raise TimeoutError(f"{until} did not become true within {seconds:g} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 5.0)
    return result
''',
        (
            "import time",
            "import jmespath",
            "from collections.abc import Callable",
            "from typing import Any",
        ),
    ),
    "pick": Part(
        '''
def pick(path: str, result: Any) -> Any:
    """What a JMESPath expression finds in a result; nothing is an error."""
    found = jmespath.search(path, result)
    if found is None:
        raise LookupError(f"nothing at {path}")
    return found
''',
        ("import jmespath", "from typing import Any"),
    ),
    "text": Part(
        '''
def text(value: Any) -> str:
    """A value as it stands in a longer text."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
''',
        ("import json", "from typing import Any"),
    ),
}
"""By name, in the order in which they stand in a program."""
