# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MariaDB, spoken to with PyMySQL: the only place that imports it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from .._core.errors import HostingError, ItemRefused, ServiceUnavailable
from .sql_statement import Statement

try:
    import pymysql
    import pymysql.cursors
    from pymysql.constants import CLIENT
except ImportError as error:
    PYMYSQL_ERROR: str | None = str(error)
else:
    PYMYSQL_ERROR = None

CONNECT_SECONDS = 5
ANSWER_SECONDS = 10
PATIENT_SECONDS = 3600
# A customer's open transaction must not hold up everybody else. The server gives up before ANSWER_SECONDS are over.
_SESSION = (
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES', lock_wait_timeout = 5, innodb_lock_wait_timeout = 5,"
    " group_concat_max_len = 4294967295"
)

# Errors that say something of the server or of our account and not of the one item.
_WHOLE_RUN = frozenset({1021, 1040, 1044, 1045, 1053, 1129, 1130, 1142, 1203, 1227, 1290, 1698, 1836, 1927})
_CLIENT_SIDE = range(2000, 3000)
_REMEDIES = {
    1205: "a session holds a lock: see SHOW PROCESSLIST, then run again",
    1007: "somebody else made such a database, or a file lies in its place: look below the server's data directory",
    1396: "somebody else made such a user meanwhile: run again",
}
_HASH = re.compile(r"\*[0-9A-Fa-f]{40}")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is: a socket, or a host that is spoken to over TLS only."""

    socket: str
    user: str
    host: str | None = None
    port: int = 3306
    password: str | None = None
    ca_file: str | None = None

    def __str__(self) -> str:
        return self.socket if self.host is None else f"{self.host}:{self.port}"


class Server:
    """A connection to MariaDB, made when it is first used; as a context manager it is closed in the end.

    Raises ServiceUnavailable when the server does not answer or does not let us in, ItemRefused with the code
    ``mariadb-<number>`` when it refuses one statement.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection: Any = None

    def __enter__(self) -> Server:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Disconnect."""
        if self._connection is not None and self._connection.open:
            self._connection.close()

    def rows(self, columns: str, source: str) -> list[list[Any]]:
        """Return the rows of ``SELECT columns FROM source``.

        They come as one JSON document: taking a thousand rows apart is what PyMySQL spends its time on otherwise.
        """
        text = f"SELECT JSON_ARRAYAGG(JSON_ARRAY({columns})) FROM {source}"  # noqa: S608 - both are written by us
        ((document,),) = self._run(self._connected(), Statement(text.replace("%", "%%")))
        try:
            rows: list[list[Any]] = json.loads(document or "[]")
        except ValueError:
            raise self._unavailable("its answer was cut off; raise max_allowed_packet") from None
        return rows

    def stream(self, query: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a query by their columns, one at a time; nothing else can be asked meanwhile."""
        try:
            with self._connected().cursor(pymysql.cursors.SSDictCursor) as cursor:
                cursor.execute(query)
                yield from cursor
        except (pymysql.Error, OSError) as error:
            raise self._translated(error) from None

    def execute(self, statement: Statement) -> None:
        """Run a statement that changes something."""
        if not statement.patient:
            self._run(self._connected(), statement)
            return
        connection = self._connect(PATIENT_SECONDS)
        try:
            self._run(connection, statement)
        finally:
            if connection.open:
                connection.close()

    def _connected(self) -> Any:
        if self._connection is None:
            self._connection = self._connect(ANSWER_SECONDS)
        return self._connection

    def _connect(self, answer_seconds: int) -> Any:
        if PYMYSQL_ERROR is not None:
            raise ServiceUnavailable(
                f"MariaDB: python3-pymysql can't be used on this host: {PYMYSQL_ERROR}",
                remedy="install it: run the playbook servers",
            )
        try:
            connection: Any = pymysql.connect(
                user=self._address.user,
                connect_timeout=CONNECT_SECONDS,
                read_timeout=answer_seconds,
                write_timeout=ANSWER_SECONDS,
                autocommit=True,
                charset="utf8mb4",
                init_command=_SESSION,
                **self._target(),
            )
        except (pymysql.Error, OSError) as error:
            raise self._unavailable(_text(error)) from None
        if self._address.host is not None and not connection.server_capabilities & CLIENT.SSL:
            connection.close()
            raise self._unavailable("it offers no TLS")
        return connection

    def _target(self) -> dict[str, Any]:
        if self._address.host is None:
            return {"unix_socket": self._address.socket}
        return {
            "host": self._address.host,
            "port": self._address.port,
            "password": self._address.password or "",
            "ssl_ca": self._address.ca_file,
            "ssl_verify_cert": True,
            "ssl_verify_identity": True,
        }

    def _run(self, connection: Any, statement: Statement) -> Sequence[tuple[Any, ...]]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement.text, statement.values)
                rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
                return rows
        except (pymysql.Error, OSError) as error:
            raise self._translated(error) from None

    def _translated(self, error: Exception) -> HostingError:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        if number in _WHOLE_RUN or number in _CLIENT_SIDE or isinstance(error, (pymysql.InterfaceError, OSError)):
            return self._unavailable(_text(error))
        return ItemRefused(
            f"MariaDB: {_text(error)}",
            remedy=_REMEDIES.get(number, "correct the name, or see the log of MariaDB"),
            code=f"mariadb-{number}",
        )

    def _unavailable(self, reason: str) -> ServiceUnavailable:
        return ServiceUnavailable(
            f"MariaDB {self._address}: {reason}",
            remedy="check that MariaDB runs and has been set up by the playbook servers",
        )


def identifier(name: str) -> str:
    """Return ``name`` quoted as an identifier in the text of a Statement."""
    if not name or "\0" in name:
        raise ItemRefused(f"{name[:80]!r} can't be an identifier", remedy="correct the name", code="invalid-name")
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"


def grant_pattern(name: str) -> str:
    """Return the pattern that in a GRANT means just this database: ``_`` and ``%`` would match others too."""
    return re.sub(r"([\\_%])", r"\\\1", name)


def _text(error: Exception) -> str:
    """Return what the server said, without what it may have quoted of a password, and cut short."""
    said = str(error.args[-1]) if error.args else ""
    return _HASH.sub("(hidden)", f"{type(error).__name__}: {said}")[:_SHOWN]
