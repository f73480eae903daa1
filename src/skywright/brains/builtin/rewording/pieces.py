"""A request in small pieces, each where it stands: what the reader labels.

Cut more finely than `words.tokens`, and nothing is interpreted or put right, so that a value can be taken
out exactly as it was typed.
"""

import re
from dataclasses import dataclass

_PIECE = re.compile(
    r"""
    \d+(?:[.,]\d+)*(?=(?:gb|gib|gbs|g|gig|gigs|gigabytes?|tb|tib|t|terabytes?|mb|ghz|vcpus?|cores?|x)\b)
  | (?<=\d)x(?=\d) | (?<=\s)x(?=\d)
  | '(?:s|re|ve|ll|d|m|t)\b
  | \w+(?:[-_.@]+\w+)*
  | \s+
  | [^\w\s]
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of the text, first to before last."""

    text: str
    first: int
    last: int

    @property
    def word(self) -> str:
        return self.text.lower()


def pieces(text: str) -> list[Piece]:
    """All of a text but its spaces; a line's end is a piece."""
    found = [Piece(match.group(), match.start(), match.end()) for match in _PIECE.finditer(text)]
    return [piece for piece in found if piece.text.strip() or "\n" in piece.text]
