# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Payload files in a directory, where a test can look at each of them."""

from __future__ import annotations

from pathlib import Path
from typing import IO


class DirectorySink:
    """Files below a directory, which is made. Implements Sink."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._file: IO[bytes] | None = None

    def begin(self, path: str) -> None:
        """Make the file and the directories that lead to it."""
        place = self._directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        self._file = place.open("xb")

    def write(self, data: bytes | memoryview) -> None:
        """Write more of the file."""
        self._begun().write(data)

    def end(self) -> None:
        """Close the file."""
        self._begun().close()

    def discard(self) -> None:
        """Remove the file."""
        self._begun().close()
        Path(self._begun().name).unlink()

    def close(self) -> None:
        """Nothing to do: each file was closed."""

    def _begun(self) -> IO[bytes]:
        assert self._file is not None
        return self._file
