# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of daemons in generations: written beside, checked, swapped in whole, proved, or taken back.

Below the root lie ``generations/<number>/``, with a directory of files for each daemon and a manifest, and two
symbolic links: ``current`` is what the daemons read, ``proved`` is the last generation that they were seen to serve.
The file ``switching`` is there from before the one moves until the daemons are known to be well: where a killed run has
left it, the next one goes back to ``proved`` before anything else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from .._core.errors import HostingError, ServiceUnavailable
from .disk import CURRENT, PROVED, GenerationDirectory
from .isolate import Attempt
from .model import Daemon, Generation, GenerationItem, Rejected, differs, part_of

_POLL_SECONDS = 0.1


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
        self._disk = GenerationDirectory(root, daemons, readers)
        self._daemons = daemons
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._answers: dict[str, int | None] = {}

    def altered(self, generation: Generation) -> dict[str, list[str]]:
        """Return item -> those of its files that are not what the manifest says."""
        return self._disk.altered(generation)

    def stage(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> Generation:
        """Write the generation that follows ``base`` completely, under its final name."""
        return self._disk.stage(base, changes)

    def discard(self, generation: Generation) -> None:
        """Remove a generation that is not in effect."""
        self._disk.discard(generation)

    def base(self) -> Generation:
        """Return the last generation that was proved, or the first one, which a role has made."""
        number = self._disk.linked(PROVED)
        if number is None:
            number = self._disk.linked(CURRENT)
        if number is None:
            raise ServiceUnavailable(
                f"{self._disk.root}: there is no generation of the configuration", remedy="run the playbook servers"
            )
        return self._disk.load(number)

    def require_answers(self, generation: Generation) -> None:
        """Raise ServiceUnavailable if a daemon does not run; a run that was killed may have left it so."""
        if self._disk.interrupted():
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
        proved, current = self._disk.linked(PROVED), self._disk.linked(CURRENT)
        if current is None and proved is None:
            return
        if proved is None and current is not None:
            self._disk.link(PROVED, current)
        elif proved is not None and self._disk.interrupted():
            self._take_back(self._disk.load(proved), "a run was killed before its configuration was proved")
        self._disk.sweep()

    def activate(self, base: Generation, changes: Mapping[str, GenerationItem | None]) -> Mapping[str, HostingError]:
        """Put changed items into effect, None removes one; return those that had to be left out, with the reason.

        Raises ServiceUnavailable when the daemons can't serve even what they served before.
        """
        attempt = Attempt(self, base)
        altered = self.altered(part_of(base, changes))
        pending = {name: item for name, item in changes.items() if name in altered or differs(base, name, item)}
        if not pending:
            self._catch_up(base)
            return {}
        reason = attempt.run(pending)
        if reason is None:
            return {}
        attempt.require_sound_base()
        return attempt.isolate(pending, reason)

    def check(self, generation: Generation, base: Generation) -> None:
        """Have the daemons' checkers look at a staged generation. Raises Rejected."""
        for daemon in self._daemons_of(generation, base):
            _require(daemon.check(self._disk.path_of(generation.number)))

    def switch(self, generation: Generation, base: Generation, changed: Collection[str]) -> None:
        """Make a staged generation the current one and prove it; ``changed`` are the items that differ from the base.

        Raises Rejected where a daemon does not take it, ServiceUnavailable where one does not answer; then the base is
        back.
        """
        daemons = self._daemons_of(generation, base)
        for daemon in daemons:
            daemon.mark_log()
        self._disk.begin_switch()
        self._disk.link(CURRENT, generation.number)
        try:
            for daemon in daemons:
                _require(_objection(daemon.reload(), base.notes.keys() - changed))
            self._prove(daemons, generation)
        except ServiceUnavailable as error:
            self._take_back(base, error.message)
            raise
        except Rejected as error:
            said = " ".join([str(error), *(daemon.complaints() for daemon in daemons)])
            self._take_back(base, said)
            raise Rejected(said) from None
        self._disk.link(PROVED, generation.number)
        self._disk.end_switch()
        self._disk.sweep()

    def _daemons_of(self, generation: Generation, base: Generation) -> list[Daemon]:
        return [
            daemon
            for daemon in self._daemons
            if generation.daemons[daemon.name] != base.daemons.get(daemon.name, base.number)
        ]

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
        except (Rejected, ServiceUnavailable) as error:
            self._take_back(base, str(error))

    def _prove(self, daemons: Iterable[Daemon], generation: Generation) -> None:
        deadline = self._clock() + self._patience
        for daemon in daemons:
            expected = generation.daemons.get(daemon.name, generation.number)
            while (answer := daemon.answer()) != expected:
                if not daemon.active():
                    raise Rejected(f"{daemon.name} ended when it took the configuration over.")
                if self._clock() >= deadline:
                    told = "does not answer" if answer is None else f"still serves generation {answer}"
                    raise ServiceUnavailable(
                        f"{daemon.name} {told} after {self._patience:g} s",
                        remedy="see what keeps it from taking its configuration over, then run again",
                    )
                self._sleep(_POLL_SECONDS)
            if not daemon.active():
                raise Rejected(f"{daemon.name} ended when it took the configuration over.")

    def _take_back(self, former: Generation, reason: str) -> None:
        """Put a generation back that has been proved before. Raises ServiceUnavailable if it isn't served any more."""
        self._disk.link(CURRENT, former.number)
        for daemon in self._daemons:
            if daemon.active() and daemon.answer() == former.daemons.get(daemon.name, former.number):
                continue
            daemon.restart()
        try:
            self._prove(self._daemons, former)
        except (Rejected, ServiceUnavailable) as error:
            raise ServiceUnavailable(
                f"generation {former.number} was put back, and yet: {error} It was put back because: {reason}",
                remedy="see the log of the daemon; something outside of the generations is broken",
            ) from None
        self._disk.end_switch()


def _require(problem: str | None) -> None:
    if problem is not None:
        raise Rejected(problem)


def _objection(problems: Mapping[str, str], others: Collection[str]) -> str | None:
    """Return what a daemon objects to; what is wrong with others than the changed items is no fault of the change."""
    return "; ".join(problem for name, problem in problems.items() if name not in others) or None


def _silent(names: Sequence[str]) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"{' and '.join(names)}: no answer on the loopback address",
        remedy="check that it runs and has been set up by the playbook servers",
    )
