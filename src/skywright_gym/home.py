"""The gym's folder: one gym at a time, and where to find it. Owns the lock, `gym.json` and the log file."""

import contextlib
import fcntl
import json
import logging
import os
from pathlib import Path
from typing import Any


class CannotServe(Exception):
    """The gym cannot start; the sentence says why."""


class Home:
    """The folder of one running gym."""

    def __init__(self, folder: Path) -> None:
        """Take the folder for this process.

        Raises:
            CannotServe: It cannot be written, or another gym runs in it.
        """
        self.folder = folder
        self.accounts = folder / "accounts"
        try:
            self.accounts.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.chmod(self.accounts, 0o700)
            self._lock = os.open(folder / "gym.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CannotServe(f"the gym's folder {folder} cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotServe(f"a gym is already up in {folder}") from None
        # Whatever this says is of a gym that was killed.
        self._address.unlink(missing_ok=True)

    @property
    def _address(self) -> Path:
        return self.folder / "gym.json"

    def announce(self, control: str, token: str) -> None:
        """Write where the gym is, for its user alone, whole or not at all."""
        temporary = self.folder / f".gym.json.{os.getpid()}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"pid": os.getpid(), "control": control, "token": token}, file)
        os.replace(temporary, self._address)

    def leave(self) -> None:
        """Take back the announcement and let others have the folder."""
        with contextlib.suppress(OSError):
            self._address.unlink(missing_ok=True)
        os.close(self._lock)

    def log_to_file(self) -> None:
        """Send this process's log to `gym.log`; five megabytes, then one older file."""
        path = self.folder / "gym.log"
        if path.exists() and path.stat().st_size > 5_000_000:
            path.replace(path.with_suffix(".log.1"))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        stream = os.fdopen(handle, "a", buffering=1)
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        for name, level in (("skywright_gym", logging.INFO), ("aiohttp", logging.WARNING)):
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            logger.setLevel(level)


def announced(folder: Path) -> dict[str, Any] | None:
    """What a gym that is up in the folder has announced; None if there is none to read."""
    try:
        return json.loads((folder / "gym.json").read_text())
    except (OSError, ValueError):
        return None
