# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs whose output is read while they run, in constant memory; their exit code is looked at in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from .._core.errors import Incomplete
from .._core.process import Identity, pipes, started

_SHOWN = 2000
_SAID = 1 << 16


class ProgramFailed(Incomplete):
    """A program ended with an exit code other than 0. ``said`` is the end of what it had to say."""

    def __init__(self, program: str, code: int, said: str) -> None:
        super().__init__(f"{program} ended with {code}: {said}", remedy="see to the cause, then run again")
        self.said = said


@contextmanager
def reading(
    argv: Sequence[str],
    *,
    request: bytes = b"",
    name: str | None = None,
    identity: Identity | None = None,
    directory: int | None = None,
) -> Iterator[IO[bytes]]:
    """Hold the output of a program open that gets ``request`` as its input first; errors call it ``name``.

    For programs that say little and read all of their input before they write. Raises ProgramFailed when it does not
    end well, after all was read.
    """
    with started(argv, identity=identity, directory=directory) as process:
        written, output, complaints = pipes(process)
        written.write(request)
        written.close()
        yield output
        said = " ".join(complaints.read(_SAID).decode("utf-8", "replace").split())[-_SHOWN:]
        code = process.wait()
    if code != 0:
        raise ProgramFailed(name or argv[0], code, said)
