"""What an artefact's output says about why it failed. Owns the reading of it; runs nothing.

An emitted program says `-- STEP` when a step begins and `step STEP failed …` when one fails.
"""

import re

from skywright.errors import CloudFailed

_ENDED = re.compile(r"^step (.+?) failed(?: with status \d+)?(?:: (?:\w+: )?(.*))?$")
_ERROR = re.compile(
    r"An error occurred \(([^()\s]+)\)(?: when calling the (\S+) operation)?(?: \([^)]*\))?: ?(.*)"
)


def failure(output: str) -> CloudFailed | None:
    """The last refusal of the cloud, or of the gate, that `aws` or boto3 reported; None if there is none."""
    found = _errors(output)
    if not found:
        return None
    code, operation, message = found[-1].groups()
    return CloudFailed(operation or "", code, message.strip())


def failed_step(output: str) -> str:
    """The step that an emitted program named as the one that failed; empty if it named none."""
    for line in reversed(output.splitlines()):
        found = _ENDED.match(line)
        if found:
            return found[1]
    return ""


def step_of(output: str) -> str:
    """The step that failed or, if none did, the one that was begun last; empty if none was."""
    begun = (line[3:] for line in reversed(output.splitlines()) if line.startswith("-- "))
    return failed_step(output) or next(begun, "")


def explain(output: str, status: int) -> str:
    """One sentence on why a process failed: its step, and the last thing that it said about it.

    Args:
        status: what it returned; negative if it was ended by that signal.
    """
    step = failed_step(output)
    found = _errors(output)
    if found:
        why = found[-1][0].strip()
    else:
        why = _last_words(_since_step(output)) or (
            f"it was ended by signal {-status}" if status < 0 else f"it ended with status {status}"
        )
    return f"step {step}: {why}" if step else why


def _errors(output: str) -> list[re.Match[str]]:
    return list(_ERROR.finditer(_since_step(output)))


def _since_step(output: str) -> str:
    """What was said since the last step began: what was said before was overcome."""
    _, begun, rest = ("\n" + output).rpartition("\n-- ")
    return rest.partition("\n")[2] if begun else output


def _last_words(output: str) -> str:
    for line in reversed(output.splitlines()):
        ended = _ENDED.match(line)
        words = (ended[2] or "") if ended else line
        if words.strip() and not words.startswith(("-- ", "  ", "Traceback", "usage:", "To see help")):
            return words.strip()
    return ""
