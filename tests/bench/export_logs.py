# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of one customer, and of twenty, out of a large mail log, against grep for one address in the same file."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from ansible_collections.magmasoft.hosting.tests.bench.figures import Figure

GOAL, GOAL_TWENTY = 6.0, 3.0
MEGABYTES = 100
CUSTOMERS = 1000
_ROUNDS = 3
_MEGABYTE = 1 << 20
_LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
_EXPORT = Path(__file__).resolve().parent / "log_extraction.py"


def measure(root: Path) -> list[Figure]:
    """Return the figures. BENCH_LOG_MB sets the size of the log."""
    megabytes = int(os.environ.get("BENCH_LOG_MB", "1000"))
    place = root / "build" / "bench" / "logs"
    log = place / f"mail-{megabytes}.log"
    place.mkdir(parents=True, exist_ok=True)
    if not log.exists():
        _write(log, megabytes)
    address = "office@customer7.example"
    grep, one, twenty = _shortest(
        [
            ["grep", "-F", address, str(log)],
            [sys.executable, str(_EXPORT), str(log), str(place), "7"],
            [sys.executable, str(_EXPORT), str(log), str(place), *map(str, range(20))],
        ]
    )
    return [
        Figure(
            "export-mail-log",
            f"one customer's lines of a mail log, size in MB, {one[1]:.0f} MB of memory",
            megabytes,
            one[0],
            grep[0],
            f"LC_ALL=C grep -F {address}",
            GOAL,
        ),
        Figure(
            "export-mail-log-twenty",
            f"twenty customers' lines of it, {twenty[1]:.0f} MB of memory",
            megabytes,
            twenty[0],
            one[0],
            "ours for one customer",
            GOAL_TWENTY,
        ),
    ]


def _shortest(commands: Sequence[list[str]]) -> list[tuple[float, float]]:
    """Return the shortest time and the most memory in MB of each, run by turns, so that all meet the same machine."""
    runs = [[_run(command) for command in commands] for _round in range(_ROUNDS)]
    return [(min(one[0] for one in column), max(one[1] for one in column)) for column in zip(*runs, strict=True)]


def _run(command: list[str]) -> tuple[float, float]:
    started = time.monotonic()
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}).stdout
    seconds = time.monotonic() - started
    if command[0] != sys.executable:
        return seconds, 0
    megabytes = int(said) / 1024
    if megabytes > MEGABYTES:
        raise SystemExit(f"the extraction takes {megabytes:.0f} MB; allowed: {MEGABYTES}")
    return seconds, megabytes


def _write(path: Path, megabytes: int) -> None:
    """Write mixed traffic of a thousand customers: sent, received, rejected."""
    chance = random.Random(1)
    partial = path.with_suffix(".new")
    with partial.open("w", encoding="ascii", buffering=_MEGABYTE) as out:
        number = 0
        while out.tell() < megabytes * _MEGABYTE:
            for _message in range(1000):
                number += 1
                day, second = number // 200_000 % 28 + 1, number * 86_400 // 200_000 % 86_400
                head = f"2026-11-{day:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
                head += f".{number % 1_000_000:06d}+00:00 mail postfix/"
                out.writelines(f"{head}{line}\n" for line in _message_lines(chance, number))
    partial.rename(path)


def _queue_id(number: int, inode: int) -> str:
    """Return a long queue ID: seconds, microseconds, and the number of a file, which soon comes again (postconf(5))."""
    return f"{_digits(1_795_000_000 + number // 2, 6)}{_digits(number * 7919 % 1_000_000, 4)}z{_digits(inode, 5)}"


def _digits(number: int, width: int) -> str:
    text = ""
    for _digit in range(width):
        number, rest = divmod(number, len(_LETTERS))
        text = _LETTERS[rest] + text
    return text


def _message_lines(chance: random.Random, number: int) -> Iterator[str]:
    identity = _queue_id(number, 7_700_000 + chance.randrange(300))
    process, size = chance.randrange(9999), chance.randrange(1_000_000)
    ours = f"{chance.choice(('office', 'info', 'post', 'anna.berger'))}@customer{chance.randrange(CUSTOMERS)}.example"
    other = f"user{chance.randrange(100_000)}@outside{chance.randrange(5000)}.example"
    client = f"unknown[198.51.{chance.randrange(256)}.{chance.randrange(256)}]"
    kind = chance.choices(("sent", "received", "rejected"), (4, 4, 2))[0]
    yield f"smtpd[{process}]: connect from {client}"
    if kind == "rejected":
        yield (
            f"smtpd[{process}]: NOQUEUE: reject: RCPT from {client}: 550 5.1.1 <x{ours}>: Recipient address rejected: "
            f"User unknown in virtual mailbox table; from=<{other}> to=<x{ours}> proto=ESMTP helo=<mx.example>"
        )
    else:
        login = f", sasl_method=PLAIN, sasl_username={ours}" if kind == "sent" else ""
        sender, recipient = (ours, other) if kind == "sent" else (other, ours)
        yield f"smtpd[{process}]: {identity}: client={client}{login}"
        yield f"cleanup[{process}]: {identity}: message-id=<{size}.{process}@client.example>"
        yield f"qmgr[77]: {identity}: from=<{sender}>, size={size}, nrcpt=1 (queue active)"
        yield (
            f"smtp[{process}]: {identity}: to=<{recipient}>, relay=mx.example[203.0.113.7]:25, delay=0.5, "
            f"delays=0.1/0/0.2/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {size:X}{process:04d})"
        )
        yield f"qmgr[77]: {identity}: removed"
    yield f"smtpd[{process}]: disconnect from {client} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"
