# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A generation of a configuration as values, and what differs between two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

SENTINEL = "000-sentinel.conf"


class Rejected(Exception):
    """A daemon does not take a generation; the text is the daemon's own."""


class Daemon(Protocol):
    """A daemon that reads the directory ``current/<name>/``."""

    @property
    def name(self) -> str:
        """Return the name of its directory."""

    def sentinel(self, number: int) -> bytes:
        """Return the file with which the daemon tells that it has loaded generation ``number``."""

    def check(self, generation: Path) -> str | None:
        """Have the daemon's own checker look at a generation that is not current; return what it objects to."""

    def reload(self) -> Mapping[str, str]:
        """Have the daemon take over what is current; return what it objects to, if it says so at once: by the name of
        the item, by no name where it is not about a single one.
        """

    def restart(self) -> None:
        """Start the daemon anew, whatever state it is in."""

    def active(self) -> bool:
        """Tell whether the daemon runs."""

    def answer(self) -> int | None:
        """Return the number that its sentinel tells, None if there is no answer."""

    def mark_log(self) -> None:
        """Remember where the daemon's log ends now."""

    def complaints(self) -> str:
        """Return what the daemon has logged since then of errors that kept it from running."""


@dataclass(frozen=True, slots=True)
class GenerationItem:
    """What belongs to one item: files by their path below the generation, and whatever the service notes of it.

    ``reload`` names daemons that must take the item over even if no file differs, because something differs that a
    file points to.
    """

    files: Mapping[str, bytes]
    notes: Mapping[str, Any]
    reload: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation as its manifest has it: items with their notes, files with their SHA-256, daemons with the number of
    the generation in which their part was last changed."""

    number: int
    notes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    daemons: Mapping[str, int] = field(default_factory=dict)


def part_of(generation: Generation, names: Iterable[str]) -> Generation:
    return Generation(generation.number, files={name: generation.files.get(name, {}) for name in names})


def differs(base: Generation, name: str, item: GenerationItem | None) -> bool:
    """Tell whether an item is another one than in the base."""
    if item is None:
        return name in base.notes
    return (
        bool(item.reload)
        or dict(base.notes.get(name, {})) != dict(item.notes)
        or dict(base.files.get(name, {})) != digests_of({name: item})[name]
    )


def touched_daemons(base: Generation, changes: Mapping[str, GenerationItem | None]) -> set[str]:
    """Return the daemons whose part differs."""
    touched: set[str] = set()
    for name, item in changes.items():
        before, after = base.files.get(name, {}), digests_of({name: item}).get(name, {})
        paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        touched |= {path.partition("/")[0] for path in paths}
        touched |= item.reload if item is not None else frozenset()
    return touched


def notes_of(changes: Mapping[str, GenerationItem | None]) -> dict[str, Mapping[str, Any]]:
    return {name: item.notes for name, item in changes.items() if item is not None}


def digests_of(changes: Mapping[str, GenerationItem | None]) -> dict[str, dict[str, str]]:
    return {
        name: {path: hashlib.sha256(content).hexdigest() for path, content in item.files.items()}
        for name, item in changes.items()
        if item is not None
    }
