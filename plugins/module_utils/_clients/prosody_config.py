# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a Prosody keeps its data, as its configuration says (https://prosody.im/doc/storage).

The configuration is a program in Lua. It is not run: only plain assignments are understood, which people write.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

# The storage that is read, and those that hold nothing for long.
_READ = frozenset({"internal", "none", "null", "memory"})
_EVERYWHERE = "*"
# Stands for every store that has no storage of its own.
EVERY_STORE = "*"
_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_COMMENT = re.compile(rf"({_STRING})|--\[\[.*?\]\]|--[^\n]*", re.DOTALL)
_STATEMENT = re.compile(
    rf"\b(?P<section>VirtualHost|Component|Include)\s*\(?\s*(?P<name>{_STRING})"
    rf"|\b(?:default_)?storage\s*=\s*(?:(?P<driver>{_STRING})|\{{(?P<drivers>[^{{}}]*)\}})"
    # a text in which any of it stands says nothing
    rf"|{_STRING}"
)
_DRIVER = re.compile(rf"(?:\[\s*({_STRING})\s*\]|([A-Za-z_]\w*))\s*=\s*({_STRING})")
# Files that name each other end here.
_DEPTH = 5


@dataclass(slots=True)
class StorageConfig:
    """Host -> store -> storage, with ``*`` for all others. ``is_known`` where there is a configuration."""

    is_known: bool = False
    storages: dict[str, dict[str, str]] = field(default_factory=dict)

    def elsewhere(self, host: str) -> Mapping[str, str]:
        """Return the stores of a host that are not kept in its data directory, ``*`` for all others, and by what."""
        storages = self.storages.get(host, self.storages.get(_EVERYWHERE, {}))
        return {store: storage for store, storage in storages.items() if storage not in _READ}


def read_storage(path: str) -> StorageConfig:
    """Return what the configuration in a file says, and those that it includes. Without the file, nothing is known."""
    config = StorageConfig()
    _read(config, Path(path), Path(path).parent, _DEPTH)
    return config


def _read(config: StorageConfig, path: Path, directory: Path, depth: int) -> None:
    with suppress(FileNotFoundError, IsADirectoryError):
        text = _COMMENT.sub(lambda found: found[1] or "", path.read_text("utf-8", "replace"))
        config.is_known = True
        host = _EVERYWHERE
        for found in _STATEMENT.finditer(text):
            name = (found["name"] or "")[1:-1]
            if found["section"] == "Include":
                for each in _included(name, directory) if depth else ():
                    _read(config, each, directory, depth - 1)
            elif found["section"]:
                host = name
            elif found["driver"] or found["drivers"]:
                config.storages.setdefault(host, {}).update(_drivers(found))


def _included(pattern: str, directory: Path) -> Iterator[Path]:
    for name in sorted(glob.glob(str(directory / pattern))):  # noqa: PTH207 - it may be absolute
        yield Path(name)


def _drivers(found: re.Match[str]) -> dict[str, str]:
    if found["driver"]:
        return {EVERY_STORE: found["driver"][1:-1]}
    return {
        quoted[1:-1] if quoted else plain: driver[1:-1] for quoted, plain, driver in _DRIVER.findall(found["drivers"])
    }
