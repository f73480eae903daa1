"""Builds the web portal's user interface into the package. Owns when that is to be done and how; what is
built is in `portal/`, and what serves it is `skywright_gym.portal.assets`.

`python hatch_build.py` does it for a checkout, `--if-older` only if the sources are newer than what is
built. For a wheel hatchling does the latter by the hook below.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
_INSTALL = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
_LINES_OF_COMPLAINT = 8


class CannotBuild(Exception):
    """The user interface cannot be built; the sentence says why, and what to do."""


class PortalHook(BuildHookInterface):
    """hatchling's hook: no wheel without the page that it serves."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install serves the checkout, where `make portal` builds."""
        if version == "editable":
            return
        try:
            build(Path(self.root), only_if_older=True)
        except CannotBuild as why:
            sys.exit(f"skywright: {why}")


def build(root: Path, only_if_older: bool) -> bool:
    """Build the user interface of the checkout at `root`; whether anything was done.

    What was built before is served until the new one is whole.

    Raises:
        CannotBuild: npm is missing, or fails.
    """
    sources, built = root / "portal", root / "src/skywright_gym/portal/static"
    if only_if_older and not _is_older(built, sources):
        return False
    if not (sources / "package.json").is_file():
        raise CannotBuild(f"the web portal cannot be built: there is no {sources / 'package.json'}")
    if shutil.which("node") is None or shutil.which("npm") is None:
        if only_if_older and (built / "index.html").is_file():
            _say("the web portal is older than its sources, and is taken as it is: npm is not on the path")
            return False
        raise CannotBuild(
            "the web portal is not built, and npm is not on the path: install Node.js 20 or newer, "
            "then run: make portal"
        )
    _say("building the web portal with npm (half a minute)")
    if not _is_installed(sources):
        _npm(sources, *_INSTALL)
    fresh = root / "build" / "portal"
    _npm(sources, "run", "build", "--", "--outDir", os.fspath(fresh), "--emptyOutDir", "--logLevel", "error")
    _put(fresh, built)
    return True


def _is_older(built: Path, sources: Path) -> bool:
    """Whether any source is newer than what is built, or nothing is."""
    index = built / "index.html"
    if not index.is_file():
        return True
    made = index.stat().st_mtime
    for folder, inner, names in os.walk(sources):
        inner[:] = [name for name in inner if name != "node_modules"]
        if any((Path(folder) / name).lstat().st_mtime > made for name in names):
            return True
    return False


def _is_installed(sources: Path) -> bool:
    """Whether npm has installed what the lock file says, in which it leaves a lock file of its own."""
    installed = sources / "node_modules" / ".package-lock.json"
    locked = sources / "package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= locked.stat().st_mtime


def _npm(folder: Path, *words: str) -> None:
    command = [shutil.which("npm") or "npm", "--loglevel=error", *words]
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        # What went wrong comes first, where in npm it was found last.
        said = "\n".join(done.stdout.strip().splitlines()[:_LINES_OF_COMPLAINT])
        raise CannotBuild(f"the web portal cannot be built: npm {words[0]} failed:\n{said}")


def _put(fresh: Path, built: Path) -> None:
    if not (fresh / "index.html").is_file():
        raise CannotBuild(f"the web portal cannot be built: npm run build made no {fresh / 'index.html'}")
    built.parent.mkdir(parents=True, exist_ok=True)
    old = fresh.with_name("portal-before")
    shutil.rmtree(old, ignore_errors=True)
    if built.exists():
        built.rename(old)
    fresh.rename(built)
    shutil.rmtree(old, ignore_errors=True)


def _say(sentence: str) -> None:
    sys.stderr.write(f"skywright: {sentence}\n")
    sys.stderr.flush()


def main(words: list[str]) -> int:
    """Exit status: 0 if it is built, 1 if it cannot be, 2 for a wrong use."""
    if words not in ([], ["--if-older"]):
        _say("usage: python hatch_build.py [--if-older]")
        return 2
    try:
        build(ROOT, only_if_older=bool(words))
    except CannotBuild as why:
        _say(str(why))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
