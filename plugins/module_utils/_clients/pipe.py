# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs whose output is read while they run, in constant memory; their exit code is looked at in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from .._core.process import Identity, ProgramFailed, pipes, shortened, started

_SAID = 1 << 16


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
        said = shortened(complaints.read(_SAID))
        code = process.wait()
    if code != 0:
        raise ProgramFailed(name or argv[0], code, said)
