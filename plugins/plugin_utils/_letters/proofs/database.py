# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases, as a program on the host of the site opens them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .network import ConnectionRefused

# Runs a command on the host with these bytes as standard input; returns exit code, standard output, standard error.
Run = Callable[[str, bytes], tuple[int, str, str]]

# where the role certificates puts it on every host
_AUTHORITY = "/etc/hosting/certificates/ca.crt"
_NO_INPUT, _NO_CLIENT = 97, 127
# Over SSH the standard input is a socket, and after sudo it may be another user's pipe: neither can be opened by name,
# a pipe of our own can. The variable is not exported and printf is built into the shell: no process shows the password.
COMMAND = (
    f'options=$(cat); [ -n "$options" ] || exit {_NO_INPUT}; '
    "printf '%s\\n' \"$options\" | "
    "mariadb --defaults-file=/dev/stdin --batch --skip-column-names --execute='SELECT CURRENT_USER(), DATABASE()'"
)


def prove_database(login: dict[str, Any], run: Run, timeout: float) -> None:
    """Log in to the database and ask for one's name."""
    code, output, said = run(COMMAND, options(login, timeout).encode())
    if code == _NO_INPUT:
        raise ConnectionRefused(
            "the connection to the host passes no standard input, by which the password goes to the client"
        )
    if code == _NO_CLIENT:
        raise ConnectionRefused("there is no client `mariadb` on the host")
    if code != 0:
        raise ConnectionRefused(said.strip() or f"mariadb ended with {code}")
    account, _tab, database = output.strip().partition("\t")
    if (account.rpartition("@")[0], database) != (login["user"], login["database"]):
        raise ConnectionRefused(
            f"logged in as {account!r} to {database!r}, not as {login['user']!r} to {login['database']!r}"
        )


def options(login: dict[str, Any], timeout: float) -> str:
    """Return an option file for the client."""
    lines = ["[client]", f"user={_quoted(login['user'])}", f"password={_quoted(login['password'])}"]
    lines += [f"database={_quoted(login['database'])}", f"connect-timeout={max(1, round(timeout))}"]
    if login["security"] == "socket":
        lines.append("protocol=socket")
    else:
        lines += ["protocol=tcp", f"host={_quoted(login['host'])}", "ssl-verify-server-cert", f"ssl-ca={_AUTHORITY}"]
        lines += [f"port={int(login['port'])}"] if login["port"] is not None else []
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    if any(character < " " for character in value):
        raise ConnectionRefused("a control character in a login")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
