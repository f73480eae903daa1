"""The wall around artefacts that others wrote, a model for one: what they may read, write and connect to.

Owns what is inside. It takes the kernel's help (`walled`); where there is none, the process still has nothing
but its own environment, and that is said.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from skywright.modalities import walled
from skywright.modalities.base import Workplace

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix/store")
_SETTINGS = (
    *(
        "/etc/ssl",
        "/etc/pki",
        "/etc/ca-certificates",
        "/etc/alternatives",
        "/etc/ld.so.cache",
        "/etc/localtime",
    ),
    *("/etc/nsswitch.conf", "/etc/hosts", "/etc/host.conf", "/etc/resolv.conf", "/etc/passwd", "/etc/group"),
    *("/etc/mime.types", "/etc/python3", "/etc/services", "/etc/protocols"),
)


def around(
    command: Sequence[str],
    workplace: Workplace,
    programs: Sequence[str],
    *,
    attaches: bool = False,
    folder: str = "",
) -> list[str]:
    """The command, so that it can read no file of the user's and reach nothing but the gate.

    Args:
        command: its first word is a path.
        programs: files that it needs besides the system's.
        attaches: whether it may ask after processes beyond the wall, and speak to them by the files of their
            sockets, as Terraform does to its provider.
        folder: what it may write besides the workplace; empty: nothing.
    """
    if sys.platform != "linux" or not walled.version():
        workplace.say(
            "this system has no Landlock: the artefact runs without a wall, as any program of yours"
        )
        return list(command)
    asked = {
        "read": [*_SYSTEM, *_SETTINGS, *_python(), *(place for one in programs for place in _beside(one))],
        "write": [str(workplace.folder), *([folder] if folder else [])],
        "port": urlsplit(workplace.endpoint).port or 443,
        "signals": attaches,
        "sockets": attaches,
    }
    return [sys.executable, "-I", "-B", str(Path(walled.__file__)), json.dumps(asked), *command]


def _python() -> list[str]:
    return list(
        dict.fromkeys((sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent)))
    )


def _beside(program: str) -> list[str]:
    """A program's own folder, and the libraries that are installed with it."""
    real = Path(program).resolve().parent
    return [str(Path(program).parent), str(real), str(real.parent / "lib")]
