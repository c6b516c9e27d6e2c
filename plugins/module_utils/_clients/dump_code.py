# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routines, triggers, events and views, as the server shows them (``SHOW CREATE``), made ready for another server.

The DEFINER is taken off: it names an account of this server, and another one would refuse it. The code runs with the
rights of whoever loads it then. Each is made again in the character set and the sql_mode in which it was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .._core.errors import Incomplete
from .dump_names import QUOTED, Names, quoted, sources
from .tree import shown_name

VIEW: Final = "VIEW"
EVENT: Final = "EVENT"
TRIGGER: Final = "TRIGGER"
# In this order, so that each finds what it is made of. What routines and events use is looked up when they run.
KINDS: Final = ("FUNCTION", "PROCEDURE", "PACKAGE", "PACKAGE BODY", TRIGGER, EVENT, VIEW)
# What SHOW CREATE answers, after the name (https://mariadb.com/kb/en/show-create-procedure/ and its like).
_ROUTINE: Final = ("sql_mode", "text", "client", "connection", "database")
_COLUMNS: Final = {
    VIEW: ("text", "client", "connection"),
    EVENT: ("sql_mode", "time_zone", "text", "client", "connection", "database"),
}
_NAME = rb"(?:" + QUOTED + rb"|\"(?:[^\"]|\"\")*+\"|[^\s.@`\"()]+)"
_DEFINER = re.compile(
    rb"\A(CREATE (?:ALGORITHM=\w+ )?)DEFINER=" + _NAME + rb"(?:@" + _NAME + rb")? ",
)
# Both names are of this database, however it is called where the text is loaded.
_OF_TRIGGER = re.compile(
    rb"(?i)\A(CREATE TRIGGER\s+(?:IF\s+NOT\s+EXISTS\s+)?)(?:%(n)s\s*\.\s*)?"
    rb"(%(n)s\s+(?:BEFORE|AFTER)\s+(?:INSERT|UPDATE|DELETE)\s+ON\s+)(?:%(n)s\s*\.\s*)?" % {b"n": _NAME}
)
_OF_EVENT = re.compile(
    rb"\A(CREATE EVENT )(" + QUOTED + rb" ON SCHEDULE [^\n]*?(?: COMMENT '(?:[^'\\]|\\.|'')*+')?)(?= DO )",
    re.DOTALL,
)
# Character sets that Python calls otherwise, of those in which a client may speak.
_CODECS: Final = {
    "latin1": "cp1252", "latin2": "iso8859_2", "latin5": "iso8859_9", "latin7": "iso8859_13", "greek": "iso8859_7",
    "hebrew": "iso8859_8", "koi8r": "koi8_r", "koi8u": "koi8_u", "tis620": "tis_620", "ujis": "euc_jp",
    "euckr": "euc_kr",
}  # fmt: skip
_SETTING = re.compile(rb"[\w,:+/ -]*")
_UTF8 = "utf8"
_SAVED = (
    b"\nSET @saved_sql_mode = @@sql_mode, @saved_time_zone = @@time_zone, @saved_cs_client = @@character_set_client,"
    b" @saved_cs_results = @@character_set_results, @saved_col_connection = @@collation_connection;\n"
)
_RESTORED = (
    b"SET sql_mode = @saved_sql_mode, time_zone = @saved_time_zone, character_set_client = @saved_cs_client,"
    b" character_set_results = @saved_cs_results, collation_connection = @saved_col_connection;\n"
)
_PLAIN = b"SET NAMES utf8mb4;\n"


@dataclass(frozen=True, slots=True)
class CodeObject:
    """A routine, trigger, event or view. ``kind`` is one of KINDS, ``comment`` that of a routine or an event."""

    kind: str
    name: str
    comment: str = ""

    @property
    def shown(self) -> str:
        """Return what it is called in a list for its owner."""
        return f"{self.kind.lower()} {shown_name(self.name.encode())}"

    @property
    def question(self) -> bytes:
        """Return the statement that asks the server for it."""
        return b"SHOW CREATE %s %s;\n" % (self.kind.encode(), quoted(self.name))


@dataclass(frozen=True, slots=True)
class Definition:
    """How one was made: the statement, in the character set ``client``, and the settings of the session.

    ``connection`` and ``database`` are collations.
    """

    made: CodeObject
    text: bytes
    client: str
    connection: str
    sql_mode: str = ""
    database: str = ""
    time_zone: str = ""


def definition_of(made: CodeObject, answer: Sequence[bytes]) -> Definition | None:
    """Return what the server has answered, None where it has no statement to show."""
    values = dict(zip(_COLUMNS.get(made.kind, _ROUTINE), answer[1:], strict=False))
    text = values.pop("text", b"")
    if not text.startswith(b"CREATE "):
        return None
    if not all(map(_SETTING.fullmatch, values.values())):
        raise _not_understood(made)
    return Definition(made, text, **{name: value.decode("ascii") for name, value in values.items()})


def portable(given: Definition, names: Names) -> bytes:
    """Return the statement without its DEFINER, and without the name of the database where the server wrote it.

    Raises Incomplete where it is not understood.
    """
    text, number = _DEFINER.subn(rb"\1", given.text, count=1)
    if not number:
        raise _not_understood(given.made)
    if given.made.kind == TRIGGER:
        return _OF_TRIGGER.sub(rb"\1\2", text, count=1)
    if given.made.kind == EVENT:
        return _OF_EVENT.sub(lambda found: found[1] + _encoded(found[2], given.client), text, count=1)
    return names.off(text) if given.made.kind == VIEW else text


def in_order(views: Sequence[tuple[Definition, bytes]]) -> Iterator[tuple[Definition, bytes]]:
    """Yield views so that each comes after those that it reads."""
    waiting = {quoted(given.made.name): (given, text) for given, text in views}
    for first in list(waiting):
        stack = [first]
        while stack:
            name = stack[-1]
            # what is further down already is something else of the same name, a common table expression for one
            deeper = sources(waiting[name][1]) & waiting.keys() - set(stack) if name in waiting else set()
            if deeper:
                stack.append(min(deeper))
                continue
            stack.pop()
            if name in waiting:
                yield waiting.pop(name)


def statements(ready: Iterable[tuple[Definition, bytes]], collation: str) -> Iterator[bytes]:
    """Yield what makes everything again, in a database that has the collation ``collation`` in the end."""
    yield _SAVED + _PLAIN
    current = collation
    for given, text in ready:
        made = given.made
        yield b"\n"
        if made.kind != TRIGGER:
            yield b"DROP %s IF EXISTS %s;\n" % (made.kind.encode(), quoted(made.name))
        if given.database and given.database != current:
            current = given.database
            yield _database(current)
        yield _settings(given)
        # on lines of their own: a statement may end in a comment
        yield b"DELIMITER ;;\n" + text + b"\n;;\nDELIMITER ;\n" + _PLAIN
        if not made.comment.isascii() and not given.client.startswith(_UTF8) and made.kind != EVENT:
            # the server shows it in UTF-8, in the midst of a text that is in another character set
            yield b"ALTER %s %s COMMENT %s;\n" % (made.kind.encode(), quoted(made.name), _literal(made.comment))
    if current != collation:
        yield _database(collation)
    yield _RESTORED


def as_comment(text: bytes) -> bytes:
    """Return a statement as a comment, for people."""
    return b"".join(b"-- %s\n" % line for line in text.split(b"\n"))


def _settings(given: Definition) -> bytes:
    settings = f"SET sql_mode = '{given.sql_mode}', character_set_client = {given.client}"
    settings += f", character_set_results = {given.client}, collation_connection = {given.connection}"
    if given.time_zone:
        settings += f", time_zone = '{given.time_zone}'"
    return f"{settings};\n".encode()


def _encoded(text: bytes, charset: str) -> bytes:
    """Return the name and comment of an event, which the server shows in UTF-8, in the character set of its body."""
    if text.isascii() or charset.startswith(_UTF8):
        return text
    try:
        return text.decode().encode(_CODECS.get(charset, charset))
    except (LookupError, UnicodeError):
        return text


def _database(collation: str) -> bytes:
    charset = collation.partition("_")[0]
    return f"ALTER DATABASE CHARACTER SET {charset} COLLATE {collation};\n".encode()


def _literal(text: str) -> bytes:
    return b"'" + text.replace("\\", "\\\\").replace("'", "''").encode() + b"'"


def _not_understood(made: CodeObject) -> Incomplete:
    return Incomplete(
        f"{made.shown} could not be made ready for another server",
        remedy="run again; if it persists, report it",
        code="definer",
    )
