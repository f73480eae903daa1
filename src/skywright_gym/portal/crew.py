"""Threads for what waits on a cloud. Owns how many work at once and for whom; knows nothing of the work.

They are daemons: the gym's end does not wait for a cloud that does not answer.
"""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from skywright_gym.portal.failure import Failure

_MOST = 24
_MOST_PER_CLOUD = 8
_MOST_WAITING = 100

Result = TypeVar("Result")


class Crew:
    """Does work off the event loop; a slow cloud cannot take the threads of the others."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(_MOST)
        self._of_cloud: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._inside = 0

    async def do(self, cloud: str, work: Callable[[], Result]) -> Result:
        """Carry out `work`, which may wait for `cloud`, when it is its turn.

        Raises:
            Failure: Too much is waiting already.
        """
        if self._inside >= _MOST + _MOST_WAITING:
            raise Failure(503, "TooBusy", "too many calls are waiting for their clouds; try again in a while")
        turns = self._of_cloud.get(cloud)
        if turns is None:
            turns = self._of_cloud[cloud] = asyncio.Semaphore(_MOST_PER_CLOUD)
        self._inside += 1
        try:
            async with turns, self._all:
                return await asyncio.wrap_future(_begin(work))
        finally:
            self._inside -= 1


def _begin(work: Callable[[], Result]) -> "concurrent.futures.Future[Result]":
    future: concurrent.futures.Future[Result] = concurrent.futures.Future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            future.set_exception(error)
        else:
            future.set_result(result)

    future.set_running_or_notify_cancel()
    threading.Thread(target=run, name="portal", daemon=True).start()
    return future
