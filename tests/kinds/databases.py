# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases, filled by MariaDB's own client, and loaded by it from the dump into an empty one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .daemons import Daemons
from .world import Customer

_TARGET = "conformance_target"


def place(_world: Daemons) -> Mapping[str, Any]:
    """Return how MariaDB is reached."""
    return {"socket": "/run/mysqld/mysqld.sock"}


def plant(world: Daemons, customer: Customer, texts: Sequence[str]) -> None:
    """Make a database, with a row for each text."""
    rows = ", ".join(f"(CONVERT(x'{text.encode().hex()}' USING utf8mb4))" for text in texts)
    _sql(world, f"CREATE DATABASE `{customer.database}`; CREATE TABLE `{customer.database}`.t (text VARCHAR(200))")
    _sql(world, f"INSERT INTO `{customer.database}`.t VALUES {rows}")


def clear(world: Daemons, customer: Customer) -> None:
    """Remove the database."""
    _sql(world, f"DROP DATABASE IF EXISTS `{customer.database}`")


def read_back(world: Daemons, customer: Customer, files: Mapping[str, bytes]) -> Sequence[str]:
    """Return the rows, after loading the dump into another database."""
    dumps = [content for path, content in files.items() if path == f"databases/{customer.database}.sql"]
    _sql(world, f"DROP DATABASE IF EXISTS {_TARGET}; CREATE DATABASE {_TARGET}")
    try:
        for dump in dumps:
            _sql(world, dump.decode(), _TARGET)
        return _sql(world, "SELECT text FROM t", _TARGET).splitlines() if dumps else []
    finally:
        _sql(world, f"DROP DATABASE {_TARGET}")


def _sql(world: Daemons, text: str, *options: str) -> str:
    batch = ("--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4")
    return world.host.run("mariadb", *batch, *options, stdin=text)
