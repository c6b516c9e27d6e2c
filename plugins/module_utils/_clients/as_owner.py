# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to somebody else is read by a child process that has their rights and no others."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import IO, Any

from .._core.errors import Incomplete
from . import file_reader

_LINE = 1 << 26


@dataclass(frozen=True, slots=True)
class Owner:
    """A user of the system by number, with its group."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class SmallFile:
    """A file, or what is there in place of one: ``state`` is read, gone or special. ``modified`` is in seconds."""

    name: str
    state: str
    content: bytes = b""
    modified: float = 0


def owner_of(descriptor: int) -> Owner:
    """Return whose an open file or directory is."""
    found = os.fstat(descriptor)
    return Owner(found.st_uid, found.st_gid)


@contextmanager
def child(program: ModuleType, owner: Owner, request: Any, directory: int | None = None) -> Iterator[IO[bytes]]:
    """Run a module of ours as a program and hold its output open; the request is a line of JSON on its input.

    It starts in ``directory``, which is open, so that nobody can put another one in its place. Raises Incomplete when
    it does not end well.
    """
    command = [sys.executable, "-I", "-c", inspect.getsource(program)]
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": owner.uid, "group": owner.gid, "extra_groups": []}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=None if directory is None else f"/proc/self/fd/{directory}",
        pass_fds=() if directory is None else (directory,),
        env={"LC_ALL": "C.UTF-8"},
        **identity,
    ) as process:
        assert process.stdin and process.stdout and process.stderr  # noqa: PT018, S101
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.close()
            yield process.stdout
            said = process.stderr.read(4000).decode("utf-8", "replace")
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        last = said.strip().splitlines()[-1:] or [f"ended with {process.returncode}"]
        raise Incomplete(f"reading as user {owner.uid}: {last[0]}", remedy="see to the cause, then run again")


def read_small_files(directory: int, owner: Owner, names: Sequence[str], limit: int) -> Iterator[SmallFile]:
    """Yield files of an open directory, each of at most ``limit`` bytes. Raises Incomplete where one can't be read."""
    with child(file_reader, owner, {"names": list(names), "limit": limit}, directory) as output:
        for name in names:
            told = json.loads(output.readline(_LINE) or b"{}")
            if told.get("name") != name or told["state"] == "failed":
                raise Incomplete(
                    f"{shown(name)}: {told.get('why', 'the reading broke off')}",
                    remedy="see to the cause, then run again",
                )
            content = output.read(int(told.get("size", 0)))
            if len(content) != told.get("size", 0):
                raise Incomplete(f"{shown(name)}: the reading broke off", remedy="run again")
            yield SmallFile(name, told["state"], content, float(told.get("modified", 0)))


def shown(name: str) -> str:
    """Return a file name of a customer as a text that can be shown: one line, no surrogates."""
    return repr(os.fsencode(name).decode("utf-8", "backslashreplace"))[1:-1][:300]
