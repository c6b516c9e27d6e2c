# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generations on the disk: directories of files, a manifest in each, and two links."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .._core.errors import Incomplete
from .model import SENTINEL, Daemon, Generation, GenerationItem, digests_of, notes_of, part_of, touched_daemons

MANIFEST = "manifest.json"
CURRENT, PROVED = "current", "proved"
KEEP = 3
_GENERATIONS, _SWITCHING = "generations", "switching"
_STAGED_PREFIX = ".new-"
_FORMAT = 1


class GenerationDirectory:
    """The generations below ``root``. ``readers`` is the group of a daemon that does not read its files as root."""

    def __init__(self, root: str, daemons: Sequence[Daemon], readers: int | None) -> None:
        self.root = Path(root)
        self._daemons = daemons
        self._readers = readers
        self._last = 0

    def altered(self, generation: Generation) -> dict[str, list[str]]:
        """Return item -> those of its files that are not what the manifest says."""
        directory = self.path_of(generation.number)
        found: dict[str, list[str]] = {}
        for name, files in generation.files.items():
            wrong = [path for path, digest in files.items() if _digest_of(f"{directory}/{path}") != digest]
            if wrong:
                found[name] = wrong
        return found

    def stage(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> Generation:
        """Write the generation that follows ``base`` completely, under its final name."""
        number = self._last = max([self._last, *self._numbers()]) + 1
        staged = self.root / _GENERATIONS / f"{_STAGED_PREFIX}{number}"
        touched = touched_daemons(base, changes) | self._altered_daemons(base, changes)
        following = Generation(
            number,
            {**{name: notes for name, notes in base.notes.items() if name not in changes}, **notes_of(changes)},
            {**{name: files for name, files in base.files.items() if name not in changes}, **digests_of(changes)},
            {daemon.name: number if daemon.name in touched else base.daemons.get(daemon.name, base.number)
             for daemon in self._daemons},
        )  # fmt: skip
        staged.mkdir(mode=0o700)
        for daemon in self._daemons:
            (staged / daemon.name).mkdir(mode=0o700)
        former = self.path_of(base.number)
        for name, files in following.files.items():
            item = changes.get(name)
            for path in files:
                if item is not None:
                    _write(staged / path, item.files[path])
                    continue
                # what somebody has removed stays away, and is told as altered by the next run that is about it
                with suppress(FileNotFoundError):
                    os.link(f"{former}/{path}", f"{staged}/{path}")
        for daemon in self._daemons:
            _write(staged / daemon.name / SENTINEL, daemon.sentinel(following.daemons[daemon.name]))
        _write(staged / MANIFEST, _dump(following))
        if self._readers is not None:
            _admit(staged, self._readers)
        # one call for thousands of files, among them those that the items have outside of the generation
        os.sync()
        staged.rename(self.path_of(number))
        return following

    def discard(self, generation: Generation) -> None:
        """Remove a generation that is not in effect."""
        shutil.rmtree(self.path_of(generation.number))

    def _altered_daemons(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> set[str]:
        """Return the daemons of files that somebody has altered and that are written anew now."""
        altered = self.altered(part_of(base, changes))
        return {path.partition("/")[0] for paths in altered.values() for path in paths}

    def begin_switch(self) -> None:
        """Note that the current generation is about to change and is not known to be well yet."""
        (self.root / _SWITCHING).touch(mode=0o600)

    def end_switch(self) -> None:
        """Note that it is."""
        (self.root / _SWITCHING).unlink(missing_ok=True)

    def interrupted(self) -> bool:
        """Tell whether a run was killed before its generation was proved."""
        proved = self.linked(PROVED)
        return (self.root / _SWITCHING).exists() or (proved is not None and proved != self.linked(CURRENT))

    def linked(self, name: str) -> int | None:
        """Return the generation that a link leads to, None if there is none."""
        try:
            target = os.readlink(self.root / name)  # noqa: PTH115 - a string is what is wanted
        except OSError:
            return None
        number = target.rpartition("/")[2]
        return int(number) if number.isdigit() and self.path_of(int(number)).is_dir() else None

    def link(self, name: str, number: int) -> None:
        """Let a link lead to a generation, at once."""
        temporary = self.root / f"{_STAGED_PREFIX}{name}"
        with suppress(FileNotFoundError):
            temporary.unlink()
        temporary.symlink_to(f"{_GENERATIONS}/{number}")
        temporary.rename(self.root / name)
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def load(self, number: int) -> Generation:
        """Return a generation as its manifest has it. Raises Incomplete."""
        path = self.path_of(number) / MANIFEST
        try:
            content = json.loads(path.read_bytes())
        except FileNotFoundError:
            return Generation(number)
        except ValueError:
            raise Incomplete(f"{path}: is not what was written", remedy="restore it, or remove this file") from None
        if content.get("format") != _FORMAT:
            raise Incomplete(
                f"{path}: is of format {content.get('format')}, this release reads {_FORMAT}",
                remedy="use the release of the collection that wrote it",
            )
        return Generation(number, content["notes"], content["files"], content["daemons"])

    def path_of(self, number: int) -> Path:
        """Return the directory of a generation."""
        return self.root / _GENERATIONS / str(number)

    def sweep(self) -> None:
        """Remove all but the last generations, and what a killed run left half-written."""
        kept = {self.linked(CURRENT), self.linked(PROVED)}
        numbers = self._numbers()
        old = [str(number) for number in numbers[:-KEEP] if number not in kept]
        proved = self.linked(PROVED)
        unproved = [str(number) for number in numbers if proved is not None and number > proved and number not in kept]
        half = [name for name in self._generation_names() if name.startswith(_STAGED_PREFIX)]
        for name in {*old, *unproved, *half}:
            shutil.rmtree(self.root / _GENERATIONS / name)

    def _numbers(self) -> list[int]:
        return sorted(int(name) for name in self._generation_names() if name.isdigit())

    def _generation_names(self) -> list[str]:
        return [path.name for path in (self.root / _GENERATIONS).iterdir()]


def _digest_of(path: str) -> str | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        return hashlib.sha256(os.read(descriptor, size + 1)).hexdigest()
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _dump(generation: Generation) -> bytes:
    content = {
        "format": _FORMAT,
        "daemons": generation.daemons,
        "notes": generation.notes,
        "files": generation.files,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _admit(directory: Path, group: int) -> None:
    """Let a group read a generation that nobody uses yet."""
    for path in (directory, *directory.rglob("*")):
        os.chown(path, -1, group)
        path.chmod(0o750 if path.is_dir() else 0o640)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
