# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as servers of many kinds write them: what each of them becomes, and whose it is.

Each file of ``real/`` says in its head how it is written. Only names that could be somebody's here are compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.entry import LogEntry
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.formats import (
    access,
    dovecot,
    postfix,
    prosody,
    radicale,
    web_error,
    webmail,
    xferlog,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.times import Clock

Parser = Callable[[bytes], LogEntry | None]  # pylint: disable=unsupported-binary-operation  # a class it takes for a value
REAL = Path(__file__).resolve().parent / "real"
CLOCK = Clock(1_800_000_000)
OURS = re.compile(r"(?:anna|bert)@(?:one|two)\.example|[^@]*")
# Time and host, as the daemons of syslog write them.
SYSLOG = (
    "2026-11-23T12:00:01.123456+01:00 mail",
    "2026-11-23T12:00:01Z mail.one.example",
    "Nov 23 12:00:01 mx1",
    "Nov  3 12:00:01 192.0.2.1",
)
# Time and what Apache says of itself, in its own formats and in ours.
APACHE = (
    "[Mon Nov 23 12:00:01.123456 2026] [{}] [pid 1234:tid 140123104306944] ",
    "[Mon Nov  3 12:00:01.123456 2026] [{}] [pid 1234] ",
    "[Mon Nov 23 12:00:01 2026] [{}] ",
    "verein.example [2026-11-23 12:00:01.123456] [{}] [pid 1234:tid 140123104306944] ",
)


def cases(name: str) -> list[tuple[str, str]]:
    """Return what is expected, and the line, of all lines of a file."""
    text = (REAL / f"{name}.txt").read_text("utf-8")
    found = (line.partition(" | ") for line in text.split("\n") if line and not line.startswith("# "))
    return [(expected, line) for expected, _bar, line in found]


def names_of(entry: LogEntry | None) -> str:
    """Return an entry as the files say it: its event, and the names of ours in it."""
    if entry is None:
        return "-"
    return " ".join([entry.event, *(f"{one.role}={one.value}" for one in entry.names if OURS.fullmatch(one.value))])


def checked(line: str, entry: LogEntry | None) -> None:
    """Require that the time of an entry is one, and that names stand where it says."""
    if entry is None:
        return
    assert CLOCK.seconds(entry.stamp) is not None, line
    for one in entry.names:
        stands = line.encode()[one.start : one.end].decode("utf-8", "replace").lower()
        assert one.value.partition("@")[0].lower() in stands, line


def compare(found: Iterable[tuple[str, str, str]]) -> None:
    """Compare what is expected of lines with what was found in them, all of them at once."""
    told = list(found)
    assert [(expected, line) for expected, _what, line in told] == [(what, line) for _expected, what, line in told]


def postfix_lines() -> Iterator[tuple[str, str]]:
    """Yield expected and line, behind heads of all kinds."""
    heads = cycle(SYSLOG)
    for number, (expected, line) in enumerate(cases("postfix")):
        program, _colon, text = line.partition(": ")
        own = line.startswith("=")
        yield expected, f"{next(heads)} {line[1:] if own else f'postfix/{program}[{number + 1}]: {text}'}"


def dovecot_lines() -> Iterator[tuple[str, str]]:
    """Yield expected and line, in syslog and in a log of its own."""
    heads = cycle(SYSLOG)
    times = cycle(("Nov 23 12:00:01", "2026-11-23 12:00:01"))
    for number, (expected, line) in enumerate(cases("dovecot")):
        program = f"dovecot[{number}]" if number % 3 == 0 else "dovecot"
        yield expected, f"{next(times)} {line[1:]}" if line.startswith("=") else f"{next(heads)} {program}: {line}"


def apache_lines() -> Iterator[tuple[str, str, str]]:
    """Yield the expected client and level, and the line, behind each head that Apache may write."""
    for expected, line in cases("web_error"):
        if expected.startswith("apache"):
            level, _bar, text = line.partition(" | ")
            for head in APACHE:
                # Apache 2.2 names no module
                known = level.rpartition(":")[2] if head == APACHE[2] else level
                yield expected.partition(" ")[2], known, head.format(known) + text


def parsed(parse: Parser, lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, LogEntry | None]]:
    """Yield expected, line, and what a parser makes of it."""
    for expected, line in lines:
        entry = parse(line.encode())
        checked(line, entry)
        yield expected, line, entry


@pytest.mark.parametrize(
    ("parse", "lines"),
    [
        (postfix.parse, list(postfix_lines())), (dovecot.parse, list(dovecot_lines())),
        (prosody.parse, cases("prosody")), (radicale.parse, cases("radicale")), (webmail.parse, cases("webmail")),
        (xferlog.parse, cases("xferlog")),
    ],
    ids=["postfix", "dovecot", "prosody", "radicale", "webmail", "xferlog"],
)  # fmt: skip
def test_who_is_named(parse: Parser, lines: list[tuple[str, str]]) -> None:
    compare((expected, names_of(entry), line) for expected, line, entry in parsed(parse, lines))


def _site(entry: LogEntry | None, *columns: int) -> str:
    if entry is None:
        return "-"
    name = "own" if not entry.names else entry.names[0].value or "nobody"
    return " ".join(filter(None, (name, *(entry.columns[column].decode() for column in columns))))


def test_access() -> None:
    entries = parsed(lambda line: access.shared(line) or access.own(line), cases("access"))
    compare((expected, _site(entry, 1, 4), line) for expected, line, entry in entries)


def test_errors_of_apache() -> None:
    lines = [
        (f"{'verein.example' if line[0] != '[' else 'own'} {client} {level}".replace("  ", " "), line)
        for client, level, line in apache_lines()
    ]
    compare((expected, _site(entry, 2, 1), line) for expected, line, entry in parsed(web_error.own, lines))


def test_other_errors() -> None:
    lines = [case for case in cases("web_error") if not case[0].startswith("apache")]
    compare((expected, _site(entry, 2, 1), line) for expected, line, entry in parsed(web_error.own, lines))


def test_there_are_many_of_each() -> None:
    for name in ("postfix", "dovecot", "access", "prosody", "radicale", "xferlog"):
        assert len(cases(name)) >= 200, name
    assert len(list(apache_lines())) >= 200
    # the format is our own
    assert len(cases("webmail")) >= 90
