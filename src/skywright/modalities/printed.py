"""What a process prints: the end of it, which is kept, and its lines, which are told. Runs nothing."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT_BYTES = 64 * 1024
"""Of the output, the last so many are kept."""

_LONGEST_LINE = 2000


@dataclass
class Tail:
    """The last part of what was printed, bounded in bytes."""

    pieces: deque[bytes] = field(default_factory=deque[bytes])
    size: int = 0

    def add(self, piece: bytes) -> None:
        self.pieces.append(piece)
        self.size += len(piece)
        while self.size - len(self.pieces[0]) >= KEPT_BYTES:
            self.size -= len(self.pieces.popleft())

    def text(self) -> str:
        return b"".join(self.pieces)[-KEPT_BYTES:].decode("utf-8", "replace")


@dataclass
class Lines:
    """Cuts a stream into lines and says each; a line without end is said in pieces."""

    say: Callable[[str], None]
    rest: bytes = b""

    def take(self, piece: bytes) -> None:
        *whole, self.rest = (self.rest + piece).split(b"\n")
        if len(self.rest) > _LONGEST_LINE:
            whole.append(self.rest)
            self.rest = b""
        for line in whole:
            self._tell(line)

    def end(self) -> None:
        if self.rest:
            self._tell(self.rest)
            self.rest = b""

    def _tell(self, line: bytes) -> None:
        text = line[:_LONGEST_LINE].decode("utf-8", "replace")
        shown = "".join(letter if letter.isprintable() else " " for letter in text).rstrip()
        if shown:
            self.say(shown)
