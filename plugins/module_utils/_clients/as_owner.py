# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to somebody else is read by a child process that has their rights and no others."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import ModuleType
from typing import IO, Any

from .._core.errors import Incomplete
from .._core.process import Identity
from . import file_reader
from .pipe import reading

_LINE = 1 << 26


@dataclass(frozen=True, slots=True)
class SmallFile:
    """A file, or what is there in place of one: ``state`` is read, gone or special. ``modified`` is in seconds."""

    name: str
    state: str
    content: bytes = b""
    modified: float = 0


def child(program: ModuleType, owner: Identity, request: Any, directory: int) -> AbstractContextManager[IO[bytes]]:
    """Run a module of ours as a program of its own in an open directory, and hold its output open.

    The request is a line of JSON on its input. Raises ProgramFailed when it does not end well.
    """
    return reading(
        [sys.executable, "-I", "-c", inspect.getsource(program)],
        request=json.dumps(request).encode() + b"\n",
        name=f"reading as user {owner.uid}",
        identity=owner,
        directory=directory,
    )


def read_small_files(directory: int, owner: Identity, names: Sequence[str], limit: int) -> Iterator[SmallFile]:
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
