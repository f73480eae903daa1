"""The built user interface, out of its folder. Owns which files there are and how long a browser keeps them.

The folder is listed, and a path is looked up in that list: no request's path is ever made into a file's.
"""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("static")
_INDEX = "index.html"
_HASHED = re.compile(r"assets/.*-[A-Za-z0-9_-]{8,}\.\w+")
_FOREVER = "public, max-age=31536000, immutable"
# Not the system's own table, which differs from one to the next: a browser obeys what it is told here.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_WORTH_PACKING = {".css", ".html", ".js", ".json", ".svg", ".txt"}


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
    packed = gzip.compress(content, 6) if file.suffix in _WORTH_PACKING else None
    content_type = _TYPES.get(file.suffix, "application/octet-stream")
    return Asset(content, packed, content_type, _FOREVER if _HASHED.fullmatch(name) else "no-cache")
