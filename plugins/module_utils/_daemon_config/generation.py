# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of daemons in generations: written beside, checked, swapped in whole, proved, or taken back.

Below the root lie ``generations/<number>/``, with a directory of files for each daemon and a manifest, and two
symbolic links: ``current`` is what the daemons read, ``proved`` is the last generation that they were seen to serve.
The file ``switching`` is there from before the one moves until the daemons are known to be well: where a killed run has
left it, the next one goes back to ``proved`` before anything else.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .._core.errors import HostingError, Incomplete, ItemRefused, ServiceUnavailable

MANIFEST = "manifest.json"
SENTINEL = "000-sentinel.conf"
KEEP = 3
_CURRENT, _PROVED, _GENERATIONS, _SWITCHING = "current", "proved", "generations", "switching"
_STAGED_PREFIX = ".new-"
_FORMAT = 1
_POLL_SECONDS = 0.1
# Where more than a few items fail, the cause is one that they share; no run may take for ever to find that out.
_ATTEMPTS = 100
_NAME_CHARACTERS = "A-Za-z0-9._-"


class _Rejected(Exception):
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


class Generations:
    """The generations below ``root``. ``readers`` is the group of a daemon that does not read its files as root."""

    def __init__(
        self,
        root: str,
        daemons: Sequence[Daemon],
        *,
        readers: int | None = None,
        patience: float = 30,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._root = Path(root)
        self._daemons = daemons
        self._readers = readers
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._last = 0
        self._answers: dict[str, int | None] = {}

    def base(self) -> Generation:
        """Return the last generation that was proved, or the first one, which a role has made."""
        number = self._linked(_PROVED)
        if number is None:
            number = self._linked(_CURRENT)
        if number is None:
            raise ServiceUnavailable(
                f"{self._root}: there is no generation of the configuration", remedy="run the playbook servers"
            )
        return self._load(number)

    def altered(self, generation: Generation) -> dict[str, list[str]]:
        """Return item -> those of its files that are not what the manifest says."""
        directory = self._directory(generation.number)
        found: dict[str, list[str]] = {}
        for name, files in generation.files.items():
            wrong = [path for path, digest in files.items() if _digest_of(f"{directory}/{path}") != digest]
            if wrong:
                found[name] = wrong
        return found

    def require_answers(self, generation: Generation) -> None:
        """Raise ServiceUnavailable if a daemon does not run; a run that was killed may have left it so."""
        if self._interrupted():
            return
        self._answers = {daemon.name: daemon.answer() for daemon in self._daemons}
        deadline = self._clock() + self._patience
        while silent := [daemon for daemon in self._daemons if self._answers[daemon.name] is None]:
            stopped = [daemon.name for daemon in silent if not daemon.active()]
            # one that is busy, or just being reloaded by somebody else, is given time
            if stopped or self._clock() >= deadline:
                raise _silent(stopped or [daemon.name for daemon in silent])
            self._sleep(_POLL_SECONDS)
            self._answers |= {daemon.name: daemon.answer() for daemon in silent}

    def recover(self) -> None:
        """Undo what a killed run left: go back to the proved generation, sweep what is half-written."""
        proved, current = self._linked(_PROVED), self._linked(_CURRENT)
        if current is None and proved is None:
            return
        if proved is None and current is not None:
            self._link(_PROVED, current)
        elif proved is not None and self._interrupted():
            self._take_back(self._load(proved), "a run was killed before its configuration was proved")
        self._sweep()

    def activate(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> Mapping[str, HostingError]:
        """Put changed items into effect, None removes one; return those that had to be left out, with the reason.

        Raises ServiceUnavailable when the daemons can't serve even what they served before.
        """
        attempt = _Attempt(self, base)
        altered = self.altered(_part(base, changes))
        pending = {name: item for name, item in changes.items() if name in altered or _differs(base, name, item)}
        if not pending:
            self._catch_up(base)
            return {}
        reason = attempt.run(pending)
        if reason is None:
            return {}
        attempt.require_sound_base()
        return attempt.isolate(pending, reason)

    def stage(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> Generation:
        """Write the generation that follows ``base`` completely, under its final name."""
        number = self._last = max([self._last, *self._numbers()]) + 1
        staged = self._root / _GENERATIONS / f"{_STAGED_PREFIX}{number}"
        touched = _touched(base, changes) | self._altered_daemons(base, changes)
        following = Generation(
            number,
            {**{name: notes for name, notes in base.notes.items() if name not in changes}, **_notes(changes)},
            {**{name: files for name, files in base.files.items() if name not in changes}, **_digests(changes)},
            {daemon.name: number if daemon.name in touched else base.daemons.get(daemon.name, base.number)
             for daemon in self._daemons},
        )  # fmt: skip
        staged.mkdir(mode=0o700)
        for daemon in self._daemons:
            (staged / daemon.name).mkdir(mode=0o700)
        former = self._directory(base.number)
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
        staged.rename(self._directory(number))
        return following

    def check(self, generation: Generation, base: Generation) -> None:
        """Have the daemons' checkers look at a staged generation. Raises _Rejected."""
        for daemon in self._daemons_of(generation, base):
            _require(daemon.check(self._directory(generation.number)))

    def switch(self, generation: Generation, base: Generation, changed: Collection[str]) -> None:
        """Make a staged generation the current one and prove it; ``changed`` are the items that differ from the base.

        Raises _Rejected where a daemon does not take it, ServiceUnavailable where one does not answer; then the base is
        back.
        """
        daemons = self._daemons_of(generation, base)
        for daemon in daemons:
            daemon.mark_log()
        (self._root / _SWITCHING).touch(mode=0o600)
        self._link(_CURRENT, generation.number)
        try:
            for daemon in daemons:
                _require(_objection(daemon.reload(), base.notes.keys() - changed))
            self._prove(daemons, generation)
        except ServiceUnavailable as error:
            self._take_back(base, error.message)
            raise
        except _Rejected as error:
            said = " ".join([str(error), *(daemon.complaints() for daemon in daemons)])
            self._take_back(base, said)
            raise _Rejected(said) from None
        self._link(_PROVED, generation.number)
        (self._root / _SWITCHING).unlink()
        self._sweep()

    def discard(self, generation: Generation) -> None:
        """Remove a generation that is not in effect."""
        shutil.rmtree(self._directory(generation.number))

    def _daemons_of(self, generation: Generation, base: Generation) -> list[Daemon]:
        return [
            daemon
            for daemon in self._daemons
            if generation.daemons[daemon.name] != base.daemons.get(daemon.name, base.number)
        ]

    def _altered_daemons(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> set[str]:
        """Return the daemons of files that somebody has altered and that are written anew now."""
        altered = self.altered(_part(base, changes))
        return {path.partition("/")[0] for paths in altered.values() for path in paths}

    def _catch_up(self, base: Generation) -> None:
        """Have daemons that serve another generation than they should take over what is current."""
        expected = {daemon.name: base.daemons.get(daemon.name, base.number) for daemon in self._daemons}
        behind = [daemon for daemon in self._daemons if self._answers.get(daemon.name) != expected[daemon.name]]
        if not behind:
            return
        try:
            for daemon in behind:
                _require(_objection(daemon.reload(), base.notes.keys()))
            self._prove(behind, base)
        except (_Rejected, ServiceUnavailable) as error:
            self._take_back(base, str(error))

    def _prove(self, daemons: Iterable[Daemon], generation: Generation) -> None:
        deadline = self._clock() + self._patience
        for daemon in daemons:
            expected = generation.daemons.get(daemon.name, generation.number)
            while (answer := daemon.answer()) != expected:
                if not daemon.active():
                    raise _Rejected(f"{daemon.name} ended when it took the configuration over.")
                if self._clock() >= deadline:
                    told = "does not answer" if answer is None else f"still serves generation {answer}"
                    raise ServiceUnavailable(
                        f"{daemon.name} {told} after {self._patience:g} s",
                        remedy="see what keeps it from taking its configuration over, then run again",
                    )
                self._sleep(_POLL_SECONDS)
            if not daemon.active():
                raise _Rejected(f"{daemon.name} ended when it took the configuration over.")

    def _take_back(self, former: Generation, reason: str) -> None:
        """Put a generation back that has been proved before. Raises ServiceUnavailable if it isn't served any more."""
        self._link(_CURRENT, former.number)
        for daemon in self._daemons:
            if daemon.active() and daemon.answer() == former.daemons.get(daemon.name, former.number):
                continue
            daemon.restart()
        try:
            self._prove(self._daemons, former)
        except (_Rejected, ServiceUnavailable) as error:
            raise ServiceUnavailable(
                f"generation {former.number} was put back, and yet: {error} It was put back because: {reason}",
                remedy="see the log of the daemon; something outside of the generations is broken",
            ) from None
        (self._root / _SWITCHING).unlink(missing_ok=True)

    def _interrupted(self) -> bool:
        proved = self._linked(_PROVED)
        return (self._root / _SWITCHING).exists() or (proved is not None and proved != self._linked(_CURRENT))

    def _linked(self, name: str) -> int | None:
        try:
            target = os.readlink(self._root / name)  # noqa: PTH115 - a string is what is wanted
        except OSError:
            return None
        number = target.rpartition("/")[2]
        return int(number) if number.isdigit() and self._directory(int(number)).is_dir() else None

    def _link(self, name: str, number: int) -> None:
        temporary = self._root / f"{_STAGED_PREFIX}{name}"
        with suppress(FileNotFoundError):
            temporary.unlink()
        temporary.symlink_to(f"{_GENERATIONS}/{number}")
        temporary.rename(self._root / name)
        descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _load(self, number: int) -> Generation:
        path = self._directory(number) / MANIFEST
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

    def _directory(self, number: int) -> Path:
        return self._root / _GENERATIONS / str(number)

    def _numbers(self) -> list[int]:
        return sorted(int(name) for name in self._generation_names() if name.isdigit())

    def _generation_names(self) -> list[str]:
        return [path.name for path in (self._root / _GENERATIONS).iterdir()]

    def _sweep(self) -> None:
        """Remove all but the last generations, and what a killed run left half-written."""
        kept = {self._linked(_CURRENT), self._linked(_PROVED)}
        numbers = self._numbers()
        old = [str(number) for number in numbers[:-KEEP] if number not in kept]
        proved = self._linked(_PROVED)
        unproved = [str(number) for number in numbers if proved is not None and number > proved and number not in kept]
        half = [name for name in self._generation_names() if name.startswith(_STAGED_PREFIX)]
        for name in {*old, *unproved, *half}:
            shutil.rmtree(self._root / _GENERATIONS / name)


class _Attempt:
    """Changes on their way into effect: ``base`` moves on with each part of them that was proved."""

    def __init__(self, generations: Generations, base: Generation) -> None:
        self._generations = generations
        self._base = base
        self._left = _ATTEMPTS

    def run(self, changes: Mapping[str, GenerationItem | None]) -> str | None:
        """Put changes into effect all together; return why that failed, the base being in effect as before."""
        staged = self._generations.stage(self._base, changes)
        try:
            self._generations.check(staged, self._base)
            self._generations.switch(staged, self._base, changes.keys())
        except _Rejected as error:
            self._generations.discard(staged)
            return str(error)
        except ServiceUnavailable:
            self._generations.discard(staged)
            raise
        self._base = staged
        return None

    def require_sound_base(self) -> None:
        """Raise ServiceUnavailable if the fault is none of our items': the base itself does not pass any more."""
        staged = self._generations.stage(self._base, {})
        try:
            self._generations.check(staged, Generation(-1))
        except _Rejected as error:
            raise ServiceUnavailable(
                f"the configuration does not pass, even without the changes: {error}",
                remedy="correct what the daemon names, then run again",
            ) from None
        finally:
            self._generations.discard(staged)

    def isolate(self, changes: Mapping[str, GenerationItem | None], reason: str) -> dict[str, HostingError]:
        """Put all changes into effect but those at fault; return these, with the reason."""
        failed: dict[str, HostingError] = {}
        rest = dict(changes)
        while suspects := _suspects(rest, reason):
            for name in suspects:
                failed[name] = _refused(reason)
                del rest[name]
            if not rest:
                break
            outcome = self._retry(rest)
            if outcome is None:
                return failed
            reason = outcome
        if rest:
            failed.update(self._bisect(rest, reason))
        return failed

    def _bisect(self, changes: Mapping[str, GenerationItem | None], reason: str) -> dict[str, HostingError]:
        """Return the items at fault among changes that are known to fail together."""
        if len(changes) == 1 or not self._left:
            return {name: _refused(reason) for name in changes}
        names = list(changes)
        failed: dict[str, HostingError] = {}
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            part = {name: changes[name] for name in half}
            outcome = self._retry(part)
            if outcome is not None:
                failed.update(self._bisect(part, outcome))
        return failed

    def _retry(self, changes: Mapping[str, GenerationItem | None]) -> str | None:
        if not self._left:
            return "too many items were at fault already, so there must be a cause that they share"
        self._left -= 1
        return self.run(changes)


def _require(problem: str | None) -> None:
    if problem is not None:
        raise _Rejected(problem)


def _objection(problems: Mapping[str, str], others: Collection[str]) -> str | None:
    """Return what a daemon objects to; what is wrong with others than the changed items is no fault of the change."""
    return "; ".join(problem for name, problem in problems.items() if name not in others) or None


def _part(generation: Generation, names: Iterable[str]) -> Generation:
    return Generation(generation.number, files={name: generation.files.get(name, {}) for name in names})


def _differs(base: Generation, name: str, item: GenerationItem | None) -> bool:
    """Tell whether an item is another one than in the base."""
    if item is None:
        return name in base.notes
    return (
        bool(item.reload)
        or dict(base.notes.get(name, {})) != dict(item.notes)
        or dict(base.files.get(name, {})) != _digests({name: item})[name]
    )


def _suspects(changes: Mapping[str, GenerationItem | None], said: str) -> list[str]:
    """Return the changed items whose name or whose files a message names, exactly."""
    words = set(re.findall(f"[{_NAME_CHARACTERS}]+", said))
    words |= {word.strip(".") for word in words}
    found = []
    for name, item in changes.items():
        files = item.files if item is not None else {}
        if name in words or any(path.rpartition("/")[2] in words for path in files):
            found.append(name)
    return found


def _refused(reason: str) -> HostingError:
    return ItemRefused(
        f"left out, since the daemon does not take it: {reason}",
        remedy="correct it, or the template it is made from, then run again",
        code="configuration-rejected",
    )


def _silent(names: Sequence[str]) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"{' and '.join(names)}: no answer on the loopback address",
        remedy="check that it runs and has been set up by the playbook servers",
    )


def _touched(base: Generation, changes: Mapping[str, GenerationItem | None]) -> set[str]:
    """Return the daemons whose part differs."""
    touched: set[str] = set()
    for name, item in changes.items():
        before, after = base.files.get(name, {}), _digests({name: item}).get(name, {})
        paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        touched |= {path.partition("/")[0] for path in paths}
        touched |= item.reload if item is not None else frozenset()
    return touched


def _notes(changes: Mapping[str, GenerationItem | None]) -> dict[str, Mapping[str, Any]]:
    return {name: item.notes for name, item in changes.items() if item is not None}


def _digests(changes: Mapping[str, GenerationItem | None]) -> dict[str, dict[str, str]]:
    return {
        name: {path: hashlib.sha256(content).hexdigest() for path, content in item.files.items()}
        for name, item in changes.items()
        if item is not None
    }


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
