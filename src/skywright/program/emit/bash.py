"""Words of bash. Owns quoting, so that nothing but what we wrote ourselves is ever code; knows no program.

A word is made of pieces: texts, which are quoted, and expansions, which are ours and stand in double quotes.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skywright.program.emit.frame import Inexpressible

WIDTH = 100
_LONGEST_WORD = 120_000  # Linux takes 128 KiB a word (MAX_ARG_STRLEN).
_BARE = re.compile(r"[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,=-]*", re.ASCII)
_HARMLESS = re.compile(r"[A-Za-z0-9_ .,:;/@%+=()\[\]-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dyn:
    """An expansion such as `$vpc_id` or `$(json "$name")`.

    Attributes:
        tame: whether its text can stand inside a JSON string, or be one, as it is.
    """

    code: str
    tame: bool = False


Piece = str | Dyn
Pieces = tuple[Piece, ...]


def quote(text: str) -> str:
    """A word that is this text and nothing else, however it is made.

    Raises:
        Inexpressible: It holds a NUL, or is longer than a command line takes.
    """
    if "\0" in text:
        raise Inexpressible("a NUL character cannot stand on a command line")
    if len(text.encode("utf-8", "surrogatepass")) > _LONGEST_WORD:
        raise Inexpressible("a value is too long for a command line; modality sdk takes it")
    if _BARE.fullmatch(text):
        return text
    if all(letter.isprintable() or letter == "\n" for letter in text):
        if "'" in text and not set('"$`\\') & set(text):
            return f'"{text}"'
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(_letter(letter) for letter in text) + "'"


def _letter(letter: str) -> str:
    if letter in "'\\":
        return "\\" + letter
    if letter.isprintable():
        return letter
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(letter)
    # Three octal digits each, so that a digit that follows is not taken for a part of them.
    return named or "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", "surrogatepass"))


def word(pieces: Iterable[Piece]) -> str:
    """A word made of pieces, in one pair of double quotes where all of it is harmless there."""
    joined = _joined(pieces)
    if not any(isinstance(piece, Dyn) for piece in joined):
        return quote("".join(piece for piece in joined if isinstance(piece, str)))
    if all(isinstance(piece, Dyn) or _HARMLESS.fullmatch(piece) for piece in joined):
        return '"' + "".join(_in_quotes(joined)) + '"'
    return "".join(f'"{piece.code}"' if isinstance(piece, Dyn) else quote(piece) for piece in joined)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return joined


def _in_quotes(pieces: Sequence[Piece]) -> Iterable[str]:
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if isinstance(piece, str):
            yield piece
        elif (
            re.fullmatch(r"\$\w+", piece.code)
            and isinstance(following, str)
            and re.match(r"[\w\[]", following)
        ):
            yield "${" + piece.code[1:] + "}"
        else:
            yield piece.code


def json_text(text: str) -> str:
    """A JSON string; whatever does not print is escaped."""
    return '"' + json_inside(text) + '"'


def json_inside(text: str) -> str:
    """Text as it stands inside a JSON string."""
    return "".join(
        letter if letter.isprintable() and letter not in '"\\' else json.dumps(letter)[1:-1]
        for letter in text
    )


def layout(tree: object, indent: int | None = None) -> list[Piece]:
    """JSON of a tree of mappings, lists and `Pieces` (which are JSON already).

    Args:
        indent: of the line that it begins in, to break what does not fit in a line; None for a single line.
    """
    if isinstance(tree, tuple):
        return list(tree)
    opening, closing = ("{", "}") if isinstance(tree, Mapping) else ("[", "]")
    if indent is not None and len(word(layout(tree))) + indent <= WIDTH - 10:
        indent = None
    items: list[list[Piece]] = []
    inner = None if indent is None else indent + 2
    if isinstance(tree, Mapping):
        items = [[json_text(str(key)) + ": ", *layout(value, inner)] for key, value in tree.items()]
    elif isinstance(tree, list):
        items = [layout(value, inner) for value in tree]
    if not items:
        return [opening + closing]
    before = "" if inner is None else "\n" + " " * inner
    pieces: list[Piece] = [opening]
    for number, item in enumerate(items):
        pieces += [("," + (before or " ")) if number else before, *item]
    return [*pieces, ("" if indent is None else "\n" + " " * indent) + closing]


def json_word(tree: object) -> str:
    """A word that is the JSON of a tree, over several lines if it is long."""
    return word(layout(tree, 0))


def command(words: Sequence[str], prefix: str, indent: int, suffix: str = "") -> str:
    """A command, broken before its options if it is too long for a line.

    Args:
        words: each an option with its values, or what stands before them.
    """
    pad = " " * indent
    flat = pad + prefix + " ".join(words) + suffix
    if len(flat) <= WIDTH and "\n" not in flat:
        return flat
    head = [item for item in words if not item.startswith("--")]
    options = words[len(head) :]
    return (" \\\n" + pad + "  ").join([pad + prefix + " ".join(head), *options]) + suffix
