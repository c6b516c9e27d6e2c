# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders of certificates by ACME (RFC 8555) with dehydrated, which runs as a user of its own.

It is given requests (PKCS #10), so that it never has the key of a site, and answers challenges by files in a directory
that Apache hands out (http-01). What it says is all that tells why an order failed: its hook names the last name of an
order whichever has failed (0.7.2).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .._core.errors import Incomplete, ServiceUnavailable
from .._core.process import Identity, started

# An authority asks each name from several places, and may take a minute for it.
_ORDER_SECONDS = 600
_REASON = 300
_ASKED = re.compile(r"^ \+ Responding to challenge for (\S+) authorization\.\.\.$", re.MULTILINE)
_INVALID = "ERROR: Challenge is invalid!"
# the error within a challenge, which dehydrated prints as lines of path and value
_OF_CHALLENGE = re.compile(r'(?m)(?:^|\(result: )\["error","detail"\]\s+("(?:[^"\\\n]|\\.)*")')
_OF_REQUEST = re.compile(r'"detail"\s*:\s*("(?:[^"\\\n]|\\.)*")')
_TYPE = re.compile(r"urn:ietf:params:acme:error:(\w+)")
_STATUS = re.compile(r"while sending \w+-request to \S+ \(Status (\d+)\)")
_ERROR = re.compile(r"^ERROR: (.+)$", re.MULTILINE)
# An order that goes nowhere, while the authority answers.
_LATE, _STUCK = "ERROR: there is no result", "ERROR: Order in status"
_NAME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
# Refusals that are not about the names of an order.
_OF_ALL = frozenset(
    {"externalAccountRequired", "invalidContact", "rateLimited", "unsupportedContact", "userActionRequired"}
)
_NO_ACCOUNT = "Error registering account key"
# An account that the authority does not know, or that a killed run has left half-made.
_LOST = ("accountDoesNotExist", "Account key is not valid", "Unknown error on fetching account information")


class OrderFailed(Exception):
    """The authority does not certify an order. ``names`` are those at fault, or all of it where none is known to be.

    With ``ends_run`` the fault lies with the authority, or with this server, and others need not be ordered now.
    """

    def __init__(self, names: Sequence[str], reason: str, *, ends_run: bool = False) -> None:
        super().__init__(reason)
        self.names = tuple(names)
        self.reason = reason
        self.ends_run = ends_run


@dataclass(frozen=True, slots=True)
class Dehydrated:
    """The program with its configuration; ``home`` has its account, ``challenges`` what Apache hands out."""

    configuration: str
    home: str
    challenges: str
    identity: Identity

    def order(self, names: Sequence[str], request: bytes) -> bytes:
        """Return what the authority answers to a request for these names. Raises OrderFailed."""
        code, answer, said = self._sign(request)
        if code and any(sign in said for sign in _LOST):
            self._as_client(["rm", "-rf", "--", f"{self.home}/accounts"])
            code, answer, said = self._sign(request)
        if code:
            raise _failure(names, said)
        return answer

    def sweep(self) -> None:
        """Remove challenges that a killed run has left."""
        self._as_client(["find", self.challenges, "-mindepth", "1", "-delete"])

    def _sign(self, request: bytes) -> tuple[int, bytes, str]:
        with tempfile.NamedTemporaryFile(prefix="hosting-request-") as file:
            # nothing in it is secret, and another user reads it
            os.fchmod(file.fileno(), 0o644)
            file.write(request)
            file.flush()
            # one that was killed leaves its lock; only one run of ours is there at a time
            options = ["--config", self.configuration, "--accept-terms", "--no-lock"]
            argv = ["dehydrated", *options, "--signcsr", file.name]
            with started(argv, identity=self.identity) as process:
                try:
                    answer, said = process.communicate(timeout=_ORDER_SECONDS)
                except subprocess.TimeoutExpired:
                    return -1, b"", f"{_LATE} after {_ORDER_SECONDS} s"
        return process.returncode, answer, said.decode("utf-8", "replace")

    def _as_client(self, argv: Sequence[str]) -> None:
        with started(argv, identity=self.identity) as process:
            _answer, said = process.communicate()
        if process.returncode:
            raise Incomplete(
                f"{argv[0]} ended with {process.returncode}: {one_line(said.decode('utf-8', 'replace'))}",
                remedy="see to the cause; the next run goes on",
            )


def require_dehydrated(program: str = "/usr/bin/dehydrated") -> None:
    """Raise ServiceUnavailable unless the program is installed."""
    if not os.access(program, os.X_OK):
        raise ServiceUnavailable(f"{program}: is missing", remedy="install it: run the playbook servers")


def one_line(text: str) -> str:
    """Return text from elsewhere as it may stand in a log: printable, on one line, not too long.

    An authority quotes what the server of a name has answered, which may be anybody's.
    """
    plain = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(plain.split())[:_REASON]


def _failure(names: Sequence[str], said: str) -> OrderFailed:
    if _INVALID in said:
        asked = _ASKED.findall(said)
        at_fault = [name for name in asked[-1:] if name in names]
        return OrderFailed(at_fault or names, _detail(_OF_CHALLENGE, said) or "the authority could not prove it")
    status = int((_STATUS.findall(said) or ["0"])[-1])
    detail = _detail(_OF_REQUEST, said)
    at_fault = _named(names, detail)
    reason = detail or one_line((_ERROR.findall(said) or [said])[-1]) or "dehydrated ended without a word"
    # 4xx (RFC 8555, 6.7)
    refused = 400 <= status < 500 and not _OF_ALL & set(_TYPE.findall(said))  # noqa: PLR2004
    ours = refused or bool(at_fault) or _LATE in said or _STUCK in said
    return OrderFailed(at_fault or names, reason, ends_run=_NO_ACCOUNT in said or not ours)


def _detail(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.findall(said)
    try:
        return one_line(json.loads(found[-1])) if found else ""
    except ValueError:
        return one_line(found[-1])


def _named(names: Iterable[str], text: str) -> list[str]:
    """Return the names that a text is about: that stand there, or lie below one that does."""
    words = set(_NAME.findall(text.lower()))
    return [name for name in names if name in words or any(name.endswith(f".{word}") for word in words)]
