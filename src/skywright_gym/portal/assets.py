"""The built user interface, out of its folder. Owns which files there are and how long a browser keeps them.

The folder is listed, and a path is looked up in that list: no request's path is ever made into a file's.
"""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("static")
_INDEX = "index.html"
_HASHED = re.compile(r"assets/.*-[A-Za-z0-9_-]{8,}\.\w+")
_FOREVER = "public, max-age=31536000, immutable"
_PACKED_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served. `packed` is its content compressed, where that is worth it."""

    content: bytes
    packed: bytes | None
    content_type: str
    cache_control: str


class Assets:
    """The files of one folder; built anew, they are listed anew."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._stamp: tuple[int, int] | None = None
        self._files: dict[str, Path] = {}
        self._read: dict[str, Asset] = {}

    def find(self, path: str) -> Asset | None:
        """What is served at a path: a file, the index for what is no file's name, or None.

        Args:
            path: decoded, with its leading slash.
        """
        self._list()
        name = path.removeprefix("/")
        if name not in self._files:
            if "." in name.rpartition("/")[2]:
                return None
            name = _INDEX
        if name not in self._files:
            return None
        if name not in self._read:
            self._read[name] = _asset(name, self._files[name])
        return self._read[name]

    @property
    def built(self) -> bool:
        """Whether there is anything to serve."""
        return (self._folder / _INDEX).is_file()

    def _list(self) -> None:
        try:
            found = (self._folder / _INDEX).stat()
        except OSError:
            self._stamp, self._files = None, {}
            return
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._read.clear()
            self._files = {
                file.relative_to(self._folder).as_posix(): file
                for file in self._folder.rglob("*")
                if file.is_file() and not file.is_symlink()
            }
            self._stamp = stamp


def _asset(name: str, file: Path) -> Asset:
    content = file.read_bytes()
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    content_type = "application/javascript" if guessed == "text/javascript" else guessed
    packed = gzip.compress(content, 6) if content_type.startswith(_PACKED_TYPES) else None
    if content_type.startswith(("text/", "application/javascript")):
        content_type += "; charset=utf-8"
    return Asset(content, packed, content_type, _FOREVER if _HASHED.fullmatch(name) else "no-cache")
