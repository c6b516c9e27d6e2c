# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in definitions as MariaDB prints them: every name between backticks, keywords in lower case.

A definition may have the name of a database before that of a table, a column, a sequence or a function. Its own goes,
so that the definition can be loaded into a database of any name.
"""

from __future__ import annotations

import re
from collections.abc import Collection

QUOTED = rb"`(?:[^`]|``)*+`"
# What everybody may read on every server.
_EVERYWHERE = frozenset({"information_schema", "performance_schema", "sys"})
_REFERENCE = re.compile(
    # What is no reference comes first, so that nothing is found in it. `from` in EXTRACT precedes a column.
    rb"'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\"|\bextract\(\w+ from "
    rb"|(?<![\w.`])(?P<lead>(?:nextval|lastval|setval)\(|(?:from|(?:straight_)?join) \(*)"
    rb"(?P<source>%(q)s)\.(?=%(q)s(?!\.))"
    rb"|(?<![.`])(?P<column>%(q)s)\.(?=%(q)s\.%(q)s)"
    rb"|(?<![.`])(?P<function>%(q)s)\.(?=%(q)s\()"
    rb"|%(q)s" % {b"q": QUOTED},
    re.DOTALL,
)
_SOURCE = re.compile(
    rb"'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\"|\bextract\(\w+ from "
    rb"|\b(?:from|(?:straight_)?join) \(*(?P<source>%(q)s)(?!\.)|%(q)s" % {b"q": QUOTED},
    re.DOTALL,
)


def quoted(name: str) -> bytes:
    """Return a name between backticks."""
    return b"`" + name.replace("`", "``").encode() + b"`"


class Names:
    """The name of a database in definitions, and those of the ``others`` on its server."""

    def __init__(self, database: str, others: Collection[str] = ()) -> None:
        self._own = quoted(database)
        self._others = {quoted(name): name for name in others if name not in {database, *_EVERYWHERE}}

    def off(self, text: bytes) -> bytes:
        """Return a definition without the name of the database, outside of what is quoted."""
        if self._own not in text:
            return text
        return _REFERENCE.sub(self._without, text)

    def others(self, text: bytes) -> list[str]:
        """Return the other databases that a definition refers to."""
        found = {_database(each) for each in _REFERENCE.finditer(text)}
        return sorted(self._others[name] for name in self._others.keys() & found)

    def _without(self, found: re.Match[bytes]) -> bytes:
        return (found["lead"] or b"") if _database(found) == self._own else found[0]


def sources(text: bytes) -> set[bytes]:
    """Return the tables and views that a definition reads, by their quoted names, if they have no database before."""
    return {found["source"] for found in _SOURCE.finditer(text) if found["source"]}


def _database(found: re.Match[bytes]) -> bytes | None:
    return found["source"] or found["column"] or found["function"]
