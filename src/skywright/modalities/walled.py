"""A command behind a wall: a program of its own, run as `python -I walled.py JSON COMMAND…`.

Owns how Linux's Landlock is spoken to (https://docs.kernel.org/userspace-api/landlock.html, read 2026-11).
The process may read programs and libraries, write its own folder, and connect to one port; what it starts
inherits that, and nothing can lift it. Imports nothing of ours.
"""

import ctypes
import json
import os
import stat
import struct
import sys
from collections.abc import Iterable
from typing import Any

_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""The system calls' numbers, which are the same on every architecture."""

_VERSION = 1
_BENEATH, _PORT = 1, 2
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE, _READ, _READ_FOLDER = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_BIND, _CONNECT = 1, 2
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Which version of Landlock the kernel has; 0 if it has none."""
    return max(0, _call(_CREATE, None, 0, _VERSION))


def build(read: Iterable[str], write: Iterable[str], port: int, signals: bool) -> None:
    """Put the wall around this process, for good.

    Args:
        read: files and folders that it may read and execute.
        write: folders in which it may do anything.
        port: of the loopback or any other host, the only one that it may connect to.
        signals: whether it may send signals to processes beyond the wall.

    Raises:
        OSError: The kernel does not do it.
    """
    abi = version()
    every = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    net = (_BIND | _CONNECT) if abi >= 4 else 0
    scoped = (_ABSTRACT_SOCKETS | (0 if signals else _SIGNALS)) if abi >= 6 else 0
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    rules = _sure(_call(_CREATE, struct.pack("=QQQ", every, net, scoped), size, 0))
    for path in read:
        _allow(rules, path, (_EXECUTE | _READ | _READ_FOLDER) & every)
    for path in write:
        _allow(rules, path, every)
    _allow(rules, "/dev", (_READ | _WRITE | _READ_FOLDER | _IOCTL) & every)
    if net:
        _sure(_call(_ADD, rules, _PORT, struct.pack("=QQ", _CONNECT, port), 0))
    _sure(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _sure(_call(_RESTRICT, rules, 0))
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        there = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there cannot be read
    try:
        if not stat.S_ISDIR(os.fstat(there).st_mode):
            rights &= _OF_FILES
        _sure(_call(_ADD, rules, _BENEATH, struct.pack("=Qi", rights, there), 0))
    finally:
        os.close(there)


def _call(number: int, *arguments: Any) -> int:
    return _libc.syscall(ctypes.c_long(number), *arguments)


def _sure(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def main() -> None:
    """Build the wall and become the command."""
    asked = json.loads(sys.argv[1])
    build(asked["read"], asked["write"], asked["port"], asked["signals"])
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
