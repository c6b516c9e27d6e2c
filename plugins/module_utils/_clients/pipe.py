# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs whose output is read while they run, in constant memory; their exit code is looked at in the end."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from .._core.errors import Incomplete, ServiceUnavailable

_SHOWN = 2000
# Programs of the administrator, whatever the PATH of the one who calls.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class ProgramFailed(Incomplete):
    """A program ended with an exit code other than 0. ``said`` is the end of what it had to say."""

    def __init__(self, program: str, code: int, said: str) -> None:
        super().__init__(f"{program} ended with {code}: {said}", remedy="see to the cause, then run again")
        self.said = said


@contextmanager
def reading(argv: Sequence[str]) -> Iterator[IO[bytes]]:
    """Hold the output of a program open. Raises ProgramFailed when it does not end well, after all was read."""
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env={**os.environ, "LC_ALL": "C", "PATH": _PATH},
            )
        except OSError as error:
            raise ServiceUnavailable(
                f"{argv[0]} can't be started: {error.strerror}", remedy="install it: run the playbook servers"
            ) from error
        with process:
            assert process.stdout  # noqa: S101 - it is a pipe
            try:
                yield process.stdout
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            complaints.seek(0)
            said = " ".join(complaints.read().decode("utf-8", "replace").split())[-_SHOWN:]
            raise ProgramFailed(argv[0], process.returncode, said)
