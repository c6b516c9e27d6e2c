# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prosody, asked over the socket of our own module in it: the domains it serves, and what it holds of accounts."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._core.errors import HostingError, Incomplete, ServiceUnavailable
from .systemd import Unit

_CONNECT_SECONDS = 5
_SENTINEL_SECONDS = 5
_LIMIT = 64 << 20
_CHUNK = 1 << 16
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Held:
    """What Prosody holds of an account."""

    sessions: int = 0
    stores: tuple[str, ...] = ()
    uploads: int = 0


@dataclass(frozen=True, slots=True)
class ServedAccounts:
    """The domains that Prosody serves, and what it holds of the accounts that were asked for."""

    hosts: frozenset[str]
    accounts: Mapping[str, Held]


@dataclass
class Prosody:
    """The chat server of the host, which has ``seconds`` for an answer. Implements Daemon."""

    socket: str
    unit: Unit = field(default_factory=lambda: Unit("prosody.service"))
    name: str = "prosody"
    seconds: float = 120

    def sentinel(self, number: int) -> bytes:
        """Return the file that gives the number of a generation."""
        return f"hosting_generation = {number}\n".encode()

    def check(self, generation: Path) -> str | None:
        """Have the files of a generation compiled. What is wrong with them otherwise, the reload tells and undoes."""
        problem = self._ask("check", directory=f"{generation}/{self.name}").get("problem")
        return f"Prosody: {problem}" if problem else None

    def reload(self) -> Mapping[str, str]:
        """Have Prosody take the domains and their certificates over; the users of other domains stay connected."""
        problem = self._ask("reload").get("problem")
        if problem is not None:
            return {"": f"Prosody: {problem}"}
        return {host: f"Prosody: {host}: {what}" for host, what in sorted(self._problems().items())}

    def restart(self) -> None:
        """Bring Prosody to what is current. A new start ends all sessions, and so comes last."""
        if self.active():
            try:
                if not self.reload():
                    return
            except HostingError:
                # it does not answer: a new start is what is left
                pass
        self.unit.restart()

    def active(self) -> bool:
        """Tell whether Prosody runs."""
        return self.unit.active()

    def answer(self) -> int | None:
        """Return the number of the generation that Prosody has loaded."""
        try:
            number = self._ask("generation", seconds=_SENTINEL_SECONDS).get("generation")
        except HostingError:
            return None
        return number if isinstance(number, int) else None

    def mark_log(self) -> None:
        """Nothing to do: the answer to a reload has the reasons."""

    def complaints(self) -> str:
        """Return nothing, for the same reason."""
        return ""

    def look(self, addresses: Sequence[str]) -> ServedAccounts:
        """Return what Prosody holds of some accounts: one question for all of them."""
        answer = self._ask("look", accounts=list(addresses))
        accounts = {
            str(address): Held(int(held["sessions"]), tuple(sorted(held["stores"])), int(held["uploads"]))
            for address, held in dict(answer["accounts"]).items()
        }
        return ServedAccounts(frozenset(answer["hosts"]), accounts)

    def end_sessions(self, addresses: Sequence[str]) -> None:
        """End all sessions of some accounts."""
        self._ask("end", accounts=list(addresses))

    def erase(self, addresses: Sequence[str]) -> Mapping[str, HostingError]:
        """Remove everything that Prosody holds of some accounts; return those of which something is left."""
        failed = dict(self._ask("erase", accounts=list(addresses))["failed"])
        return {
            address: Incomplete(
                f"not all of its data could be removed: {reason}", remedy="see to the cause, then run again"
            )
            for address, reason in failed.items()
        }

    def _problems(self) -> Mapping[str, str]:
        """Wait until Prosody has brought all domains in; return those that it could not bring into service."""
        left, until = -1, time.monotonic() + self.seconds
        while True:
            answer = self._ask("progress")
            if not answer["left"]:
                return dict(answer["problems"])
            if answer["left"] != left:
                left, until = answer["left"], time.monotonic() + self.seconds
            if time.monotonic() > until:
                raise _unavailable(f"it still has {left} domains to bring in, and does not go on")
            time.sleep(_POLL_SECONDS)

    def _ask(self, what: str, *, seconds: float | None = None, **more: Any) -> dict[str, Any]:
        """Put one question; raises ServiceUnavailable where there is no answer to it."""
        try:
            answer = json.loads(
                self._exchange(json.dumps({"do": what, **more}).encode() + b"\n", seconds or self.seconds)
            )
        except OSError as error:
            raise _unavailable(f"{self.socket}: {error.strerror or 'no answer'}") from error
        except ValueError:
            raise _unavailable(f"{self.socket}: the answer breaks off") from None
        if not isinstance(answer, dict) or "error" in answer:
            raise _unavailable(f"{what}: {answer.get('error') if isinstance(answer, dict) else answer}")
        return answer

    def _exchange(self, question: bytes, seconds: float) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_CONNECT_SECONDS)
            connection.connect(self.socket)
            connection.settimeout(seconds)
            connection.sendall(question)
            answer = b""
            while len(answer) < _LIMIT and (part := connection.recv(_CHUNK)):
                answer += part
        return answer


def _unavailable(reason: str) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"Prosody: {reason}", remedy="check that it runs and has been set up by the playbook servers"
    )
