"""A command behind a wall: a program of its own, run as `python -I walled.py JSON COMMAND…`.

Owns how Linux's Landlock (https://docs.kernel.org/userspace-api/landlock.html, read 2026-11) and seccomp are
spoken to. The process may read programs and libraries, write its own folder, and connect to one port; what it
starts inherits that, and nothing can lift it. Landlock knows ports of plain TCP only, so that all other ways
to speak to anybody are closed by seccomp. Imports nothing of ours.
"""

import ctypes
import json
import os
import platform
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

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""No disk, no other terminal, no shared memory: where root runs it, those would hold everything."""

_SECCOMP, _FILTER = 22, 2
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1
_LOAD, _AND, _RETURN, _EQUAL, _AT_LEAST, _ANY_BIT = 0x20, 0x54, 0x06, 0x15, 0x35, 0x45
_IO_URING_SETUP = 425
_OTHER_CALLS = 0x40000000
_UNIX, _INET, _INET6 = 1, 2, 10
_STREAM, _TCP = 1, 6
_FAST_OPEN = 0x20000000
_MACHINES = {"x86_64": (0xC000003E, 41, 44, 46, 307), "aarch64": (0xC00000B7, 198, 206, 211, 269)}
"""Audit architecture, and the numbers of socket, sendto, sendmsg and sendmmsg."""

_WITHOUT_FILES = {
    "x86_64": (29, 30, 64, 68, 240, 248, 249, 250),
    "aarch64": (194, 196, 190, 186, 180, 217, 218, 219),
}
"""The numbers of shmget, shmat, semget, msgget, mq_open, add_key, request_key and keyctl.

What others of this user share, and the keys that the kernel keeps for them, have no file to ask about.
"""

_Instruction = tuple[int, int, int, int]

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Which version of Landlock the kernel has; 0 if it has none."""
    return max(0, _call(_CREATE, None, 0, _VERSION))


def build(read: Iterable[str], write: Iterable[str], port: int, signals: bool, sockets: bool) -> None:
    """Put the wall around this process, for good.

    Args:
        read: files and folders that it may read and execute.
        write: folders in which it may do anything.
        port: of the loopback or any other host, the only one that it may connect to.
        signals: whether it may send signals to processes beyond the wall.
        sockets: whether it may speak to programs of this machine by the files of their sockets.

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
    for path in _DEVICES:
        _allow(rules, path, (_READ | _WRITE | _IOCTL) & every)
    if net:
        _sure(_call(_ADD, rules, _PORT, struct.pack("=QQ", _CONNECT, port), 0))
    _sure(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _sure(_call(_RESTRICT, rules, 0))
    os.close(rules)
    _narrow(sockets)


def _narrow(sockets: bool) -> None:
    """Leave plain TCP as the only way out: no UDP, and nothing that connects past Landlock's question.

    A socket's file leads to whatever serves this user, a session's bus or a container daemon, which then
    acts beyond the wall.
    """
    numbers = _MACHINES.get(platform.machine())
    if numbers is None:
        return
    arch, socket, *sends = numbers
    allow, deny = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)
    program: list[_Instruction] = [
        *(_argument_at(4), (_EQUAL, 1, 0, arch), deny),
        *(_argument_at(0), (_AT_LEAST, 0, 1, _OTHER_CALLS), deny),
        *((_EQUAL, 0, 1, _IO_URING_SETUP), deny),
        *(each for one in _WITHOUT_FILES[platform.machine()] for each in ((_EQUAL, 0, 1, one), deny)),
        *_called(socket, _opened(sockets, allow, deny)),
    ]
    for number, flags in zip(sends, (3, 2, 3), strict=True):
        program += _called(number, [_argument(flags), (_ANY_BIT, 0, 1, _FAST_OPEN), deny, allow])
    program.append(allow)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in program))
    given = struct.pack("@HP", len(program), ctypes.addressof(code))
    _sure(_libc.prctl(_SECCOMP, ctypes.c_ulong(_FILTER), given, 0, 0))


def _called(number: int, then: list[_Instruction]) -> list[_Instruction]:
    """What is done where that system call is made; it has to end with an answer."""
    return [(_EQUAL, 0, len(then), number), *then]


def _opened(sockets: bool, allow: _Instruction, deny: _Instruction) -> list[_Instruction]:
    """The answer to a socket's family, type and protocol. Of TCP's relatives Landlock asks nothing."""
    return [
        _argument(0),
        *([(_EQUAL, 0, 1, _UNIX), allow] if sockets else []),
        *((_EQUAL, 2, 0, _INET), (_EQUAL, 1, 0, _INET6), deny),
        *(_argument(1), (_AND, 0, 0, 0xF), (_EQUAL, 1, 0, _STREAM), deny),
        *(_argument(2), (_EQUAL, 2, 0, 0), (_EQUAL, 1, 0, _TCP), deny),
        allow,
    ]


def _argument(number: int) -> _Instruction:
    return _argument_at(16 + 8 * number)


def _argument_at(offset: int) -> _Instruction:
    return (_LOAD, 0, 0, offset)


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
    build(asked["read"], asked["write"], asked["port"], asked["signals"], asked["sockets"])
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
