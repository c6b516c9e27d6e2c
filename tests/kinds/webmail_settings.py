# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identities of Roundcube, stored as it does in SQLite and read as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from .world import OWN, Customer

_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (user_id integer PRIMARY KEY, username varchar(128), mail_host varchar(128),
  created datetime, last_login datetime, language varchar(16), preferences text);
CREATE TABLE IF NOT EXISTS identities (identity_id integer PRIMARY KEY, user_id integer, changed datetime,
  del tinyint DEFAULT 0, name varchar(128), email varchar(128), signature text);
CREATE TABLE IF NOT EXISTS contacts (contact_id integer PRIMARY KEY, user_id integer, changed datetime,
  del tinyint DEFAULT 0, name varchar(128), email text, firstname varchar(128), surname varchar(128), vcard text);
"""


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the file of the database."""
    return {"sqlite": str(_database(root, layout))}


def _database(root: Path, layout: str) -> Path:
    return root / ("webmail/roundcube.db" if layout == OWN else "roundcubemail/db/sqlite.db")


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Store an identity for each text."""
    prepare(root, layout, customer)
    with closing(sqlite3.connect(_database(root, layout))) as connection:
        user = connection.execute(
            "INSERT INTO users (username, mail_host, created) VALUES (?, 'mail', '2026-01-02 03:04:05')",
            (customer.address,),
        ).lastrowid
        rows = [(user, text, customer.address) for text in texts]
        connection.executemany("INSERT INTO identities (user_id, name, email) VALUES (?, ?, ?)", rows)
        connection.commit()


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the database."""
    path = _database(root, layout)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_SCHEMA)


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return the names of all identities."""
    path = payload / "mail" / customer.address / "webmail.json"
    logins = json.loads(path.read_text("utf-8"))["logins"] if path.exists() else []
    return {customer.address: sorted(row["name"] for login in logins for row in login.get("identities", []))}
