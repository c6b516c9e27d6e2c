# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several changed items a daemon does not take: told by its error, or found by halves."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Protocol

from .._core.errors import HostingError, ItemRefused, ServiceUnavailable
from .model import Generation, GenerationItem, Rejected

# Where more than a few items fail, the cause is one that they share; no run may take for ever to find that out.
_ATTEMPTS = 100
_NAME_CHARACTERS = "A-Za-z0-9._-"


class Switch(Protocol):
    """What puts a generation into effect."""

    def stage(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> Generation:
        """Write the generation that follows ``base``."""

    def check(self, generation: Generation, base: Generation) -> None:
        """Have the daemons' checkers look at it. Raises Rejected."""

    def switch(self, generation: Generation, base: Generation, changed: Collection[str]) -> None:
        """Make it the current one and prove it. Raises Rejected and ServiceUnavailable; then the base is back."""

    def discard(self, generation: Generation) -> None:
        """Remove a generation that is not in effect."""


class Attempt:
    """Changes on their way into effect: ``base`` moves on with each part of them that was proved."""

    def __init__(self, generations: Switch, base: Generation) -> None:
        self._generations = generations
        self._base = base
        self._left = _ATTEMPTS

    def run(self, changes: Mapping[str, GenerationItem | None]) -> str | None:
        """Put changes into effect all together; return why that failed, the base being in effect as before."""
        staged = self._generations.stage(self._base, changes)
        try:
            self._generations.check(staged, self._base)
            self._generations.switch(staged, self._base, changes.keys())
        except Rejected as error:
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
        except Rejected as error:
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
