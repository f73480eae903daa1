"""What was asked of a trial's account, as one word: the same word, the same trace.

Owns what of a trace counts. Left out is what no seed decides: moments, how often somebody looked whether it
is done yet, idempotency tokens, and the order of what was read. What was tried in copies of the account is
left out too. Terraform changes several things at a time: of its changes the order does not count either, nor
which of the new things got which identifier.
"""

import hashlib
import json
import re

from skywright.clouds.calling import Catalogue
from skywright.model.call import Trace
from skywright.model.values import Value, with_texts
from skywright.program.noise import Done, quiet, timeless

_LENGTH = 16
_IDENTIFIER = re.compile(r"(?<=[-/])[0-9a-f]{8,40}\b")


def digest(trace: Trace, catalogue: Catalogue, *, in_order: bool) -> str:
    """The word for a trace; empty if nothing was asked.

    Args:
        in_order: whether the order of changes counts, and the identifiers of what they made.
    """
    done = quiet(tuple(call for call in trace if call.principal.kind != "explore"), catalogue)
    if not done:
        return ""
    changes = [_written(one, in_order) for one in done if one.effect.mutates]
    reads = {_written(one, in_order) for one in done if not one.effect.mutates}
    told = [changes if in_order else sorted(changes), sorted(reads)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_LENGTH]


def _written(done: Done, identifiers: bool) -> str:
    asked: Value = timeless(done.arguments, done.input)
    if not identifiers:
        asked = with_texts(asked, lambda text: _IDENTIFIER.sub("…", text))
    return json.dumps([str(done.operation), done.region, asked, done.code], sort_keys=True)
