"""A guest watched while it is at work: what it changes of things that a configuration keeps is told at once.

Owns the watching, and its sentence. It stops nothing: what may be changed is the gate's to decide.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

from skywright.engine.account import named_by, writes
from skywright.model.call import Trace

_EVERY_SECONDS = 0.5


@contextmanager
def watched(
    held: Mapping[str, str], trace: Callable[[], Trace], say: Callable[[str], None]
) -> Generator[None]:
    """Tell, while one is inside, of each change of what is held; each thing once.

    Args:
        held: who keeps things, by their ids.
        trace: what was done so far.
    """
    if not held:
        yield
        return
    over, told = Event(), set[str]()

    def look() -> None:
        while not over.wait(_EVERY_SECONDS):
            for line in strays(trace(), held, told):
                say(line)

    watch = Thread(target=look, name="skywright-watch", daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
        for line in strays(trace(), held, told):
            say(line)


def strays(trace: Trace, held: Mapping[str, str], told: set[str]) -> Iterator[str]:
    """A sentence for each thing held that was changed and not told of yet; it is then."""
    for call in writes(trace):
        for id in sorted(set(named_by(call)) & held.keys() - told):
            told.add(id)
            workspace = held[id].partition(":")[2]
            yield (
                f"{call.operation} is about {id}, which is in the Terraform workspace {workspace}: its "
                f"configuration may say otherwise now; see skywright state drift, and state reconcile"
            )
