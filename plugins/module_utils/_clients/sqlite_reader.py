# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program of its own, run as the owner of an SQLite database in the directory it is started in: answers queries.

It reads the name of the file and the queries as JSON, answers all of them from one state of the database, and writes
each row as a line of JSON: the number of the query, and the row by its columns.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import urllib.parse

_SECONDS = 30


def main() -> None:
    """Answer one request."""
    request = json.loads(sys.stdin.buffer.readline())
    # not read-only: what a killed program left half-done, only a writer may undo; rw makes no new file
    uri = f"file:{urllib.parse.quote(request['file'])}?mode=rw"
    database = sqlite3.connect(uri, uri=True, timeout=_SECONDS, isolation_level=None)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA query_only = ON")
    database.execute("BEGIN")
    for number, query in enumerate(request["queries"]):
        for row in database.execute(query):
            sys.stdout.write(json.dumps([number, dict(row)], default=_text) + "\n")
    database.close()


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    main()
