# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""New lines of all logs, sorted by site, in batches. A batch and how far the logs were read become valid together."""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_FORMAT = 1
_BUFFER = 16 * 1024


class Spool:
    """The batches below a directory, each with a file per site. Those up to the number in the state are valid."""

    def __init__(self, root: str) -> None:
        self._root = Path(root, "spool")
        self._state = Path(root, "state.json")
        self._number = 0
        self._buffers: dict[str, bytearray] = defaultdict(bytearray)
        self.logs: dict[str, list[dict[str, Any]]] = {}
        # whose each site was in the last run
        self.owners: dict[str, str] = {}

    def open(self) -> None:
        """Read the state; remove the batch that a killed run has left."""
        self._root.mkdir(mode=0o700, exist_ok=True)
        if self._state.exists():
            content = json.loads(self._state.read_text("utf-8"))
            if content["format"] != _FORMAT:
                raise ValueError(f"{self._state}: format {content['format']!r}, {_FORMAT} is expected")
            self._number, self.logs = content["batch"], content["logs"]
            self.owners = content.get("owners", {})
        for path in self._root.iterdir():
            if int(path.name) > self._number:
                shutil.rmtree(path)
        self._batch = self._root / str(self._number + 1)

    def add(self, site: str, line: bytes) -> None:
        """Take one line into the new batch."""
        buffer = self._buffers[site]
        buffer += line + b"\n"
        if len(buffer) >= _BUFFER:
            self._flush(site)

    def commit(self, logs: Mapping[str, list[dict[str, Any]]], owners: Mapping[str, str]) -> None:
        """Make the new batch valid, and with it how far the logs were read, and whose the sites are."""
        for site in list(self._buffers):
            self._flush(site)
        has_lines = self._batch.exists()
        if not has_lines and logs == self.logs and owners == self.owners:
            return
        self._number += has_lines
        state = {"format": _FORMAT, "batch": self._number, "logs": logs, "owners": owners}
        new = self._state.with_suffix(".new")
        new.write_text(json.dumps(state, separators=(",", ":")), "utf-8")
        # one call for all files of the batch, and for the state
        os.sync()
        new.replace(self._state)
        os.sync()

    def batches(self) -> Iterator[tuple[int, dict[str, Path]]]:
        """Yield the valid batches, the oldest first: their number, and the file of each site."""
        for number in sorted(int(path.name) for path in self._root.iterdir()):
            yield number, {path.name: path for path in sorted((self._root / str(number)).iterdir())}

    def sweep(self) -> None:
        """Remove batches of which nothing is left."""
        for path in self._root.iterdir():
            if not any(path.iterdir()):
                path.rmdir()

    def _flush(self, site: str) -> None:
        self._batch.mkdir(mode=0o700, exist_ok=True)
        with (self._batch / site).open("ab") as file:
            file.write(self._buffers.pop(site))
