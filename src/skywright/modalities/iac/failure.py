"""What Terraform prints when it fails, as one sentence. Owns the reading of it; runs nothing."""

import re
from collections.abc import Iterator

from skywright.modalities.base import Workplace
from skywright.modalities.process import Ended

_API = re.compile(
    r"operation error [\w ]+: (\w+),.*?api error ([\w.]+): (.*)|api error ([\w.]+): (.*)", re.DOTALL
)
_LOCKED = "Error acquiring the state lock"


def unsaid(line: str) -> None:
    """Takes the lines that Terraform prints: what goes wrong is said in one sentence afterwards."""
    del line


def why(ended: Ended, workplace: Workplace) -> str:
    """One sentence on why a run failed."""
    if ended.timed_out:
        return f"it did not end within {workplace.timeout_seconds:g} s and was stopped"
    told = list(_errors(ended.output))
    if not told:
        signal = f"it was ended by signal {-ended.status}" if ended.status < 0 else ""
        return signal or f"Terraform ended with status {ended.status}"
    if told[0].startswith(_LOCKED):
        return "somebody else's Terraform is at work in the workspace; try again when it has ended"
    refused = next((one for one in told if "SkywrightRefused" in one), told[0])
    found = _API.search(refused)
    if found is None:
        return refused
    operation, code, message = (found[1], found[2], found[3]) if found[1] else ("", found[4], found[5])
    called = f" when calling the {operation} operation" if operation else ""
    return f"An error occurred ({code}){called}: {message}"


def _errors(output: str) -> Iterator[str]:
    """Each error that Terraform prints, in a line, without its frame and the lines of the source."""
    told: list[str] | None = None
    for line in (*output.splitlines(), "╵"):
        text = line.removeprefix("│").removeprefix(" ").rstrip()
        if text.startswith(("Error: ", "Warning: ")) or text in ("╷", "╵"):
            if told:
                # What is said of it at length is broken into lines of some width.
                yield ": ".join(filter(None, (told[0], " ".join(told[1:]))))
            told = [text.removeprefix("Error: ")] if text.startswith("Error: ") else None
        elif told is not None and text and not text.startswith(" "):
            told.append(text)
