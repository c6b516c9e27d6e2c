# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to somebody else is read by a child process that has their rights and no others."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import ModuleType
from typing import IO, Any

from .._core.errors import Incomplete
from .._core.process import Identity
from .._data_model.item_export import Reason
from . import file_reader
from .pipe import reading

_LINE = 1 << 26
# of what file_reader says
_REASONS: Mapping[str, Reason | None] = {
    "read": None,
    "gone": Reason.VANISHED,
    "special": Reason.SPECIAL,
    "link": Reason.ELSEWHERE,
    "closed": Reason.UNREADABLE,
    "failed": Reason.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class SmallFile:
    """A file, or the ``reason`` why it is none that can be read. ``modified`` is in seconds."""

    name: str
    content: bytes = b""
    modified: float = 0
    reason: Reason | None = None


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
    """Yield files of an open directory, each of at most ``limit`` bytes; what is closed to its owner, as root."""
    with child(file_reader, owner, {"names": list(names), "limit": limit}, directory) as output:
        for name in names:
            told = json.loads(output.readline(_LINE) or b"{}")
            content = output.read(int(told.get("size", 0)))
            if told.get("name") != name or len(content) != told.get("size", 0):
                raise Incomplete(f"{shown(name)}: the reading broke off", remedy="run again")
            if told["state"] == "closed":
                told, content = file_reader.read(name, limit, owner.uid, directory)
            yield SmallFile(name, content, float(told.get("modified", 0)), _REASONS[told["state"]])


def shown(name: str) -> str:
    """Return a file name of a customer as a text that can be shown: one line, no surrogates."""
    return repr(os.fsencode(name).decode("utf-8", "backslashreplace"))[1:-1][:300]
