"""The folder that holds everything Skywright keeps. Owns its layout, not what is in the files."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from skywright.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Home:
    """One installation's state. Two homes never meet, ports included."""

    path: Path

    @staticmethod
    def locate(environment: Mapping[str, str]) -> "Home":
        """The folder that `SKYWRIGHT_HOME` names, or the platform's own for data."""
        named = environment.get("SKYWRIGHT_HOME")
        return Home(Path(named).expanduser() if named else Path(platformdirs.user_data_dir("skywright")))

    def prepare(self) -> "Home":
        """Make the folder, readable by its owner alone.

        Raises:
            Unavailable: It cannot be made or written to.
        """
        try:
            for folder in (self.path, self.runs, self.kept, self.policy, self.keys, self.gym):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for file in (self.database, self.path / "engine.db"):
                own(file)
            probe = self.path / f".writable.{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Unavailable(
                f"the state folder {self.path} cannot be used ({error.strerror or error}); "
                "set SKYWRIGHT_HOME to a folder that you may write to"
            ) from error
        return self

    @property
    def runs(self) -> Path:
        return self.path / "runs"

    @property
    def policy(self) -> Path:
        """The user's own Cedar and Rego files."""
        return self.path / "policy"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def gym(self) -> Path:
        return self.path / "gym"

    @property
    def kept(self) -> Path:
        """What modalities keep of targets from run to run."""
        return self.path / "kept"

    @property
    def views(self) -> Path:
        """What questions in SQL are asked of, made when they are asked."""
        return self.path / "views"

    @property
    def docs(self) -> Path:
        """Indexes of the clouds' documentation, each made when it is first asked."""
        return self.path / "docs"

    @property
    def engine_url(self) -> str:
        """Where the durable engine keeps its own tables."""
        return f"sqlite:///{self.path / 'engine.db'}"

    @property
    def database(self) -> Path:
        """Journal, runs, targets and kept answers."""
        return self.path / "skywright.db"


def own(path: Path) -> None:
    """Make the file, readable by its owner alone whatever the folder is; SQLite's own files beside it follow.

    A link is not followed: it would lead what is written to a place that somebody else chose.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
