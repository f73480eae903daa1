"""Looking at an account that says that it is asked too often: the same question again, more and more slowly.

A whole account is hundreds of questions, and each account is allowed so many a second for all who ask it.
What the client itself does about that (botocore asks three times, within seconds) is meant for single calls.
"""

import random
import re
from collections.abc import Callable
from typing import Final

from skywright.clouds.calling import Caller
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value

_TOO_OFTEN: Final = re.compile(r"Throttl|RequestLimitExceeded|TooManyRequests|SlowDown", re.I)
"""Error codes; from the common errors of AWS's API references, November 2026."""

_PAUSES_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)


class Patient:
    """A caller that waits where the cloud says that it is asked too often.

    Args:
        chance: between 0 and 1; those who wait together are not to ask together again.
    """

    def __init__(
        self, inner: Caller, pause: Callable[[float], None], chance: Callable[[], float] = random.random
    ) -> None:
        self._inner = inner
        self._pause = pause
        self._chance = chance

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        """See `clouds.calling.Caller`.

        Raises:
            CloudFailed: It fails, or is asked too often for half a minute on end.
        """
        for longest in _PAUSES_SECONDS:
            try:
                return self._inner.call(operation, arguments, region)
            except CloudFailed as error:
                if not _TOO_OFTEN.search(error.code):
                    raise
            self._pause(longest * (1 + self._chance()) / 2)
        return self._inner.call(operation, arguments, region)
