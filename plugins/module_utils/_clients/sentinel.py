# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentinel: a page on the loopback address with which a daemon tells the generation it has loaded."""

from __future__ import annotations

import socket

_LIMIT = 4096


def ask(port: int, path: str, *, seconds: float = 5) -> int | None:
    """Return the number of the generation that answers, None if there is no such answer.

    HTTP is spoken by hand: importing a library for it takes longer than everything else that an idle run does.
    """
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: sentinel.invalid\r\n\r\n".encode("ascii"))
            while len(answer) < _LIMIT and (part := connection.recv(_LIMIT)):
                answer += part
    except OSError:
        return None
    head, _blank, body = answer.partition(b"\r\n\r\n")
    number = body.strip()
    return int(number) if head.split(b" ")[1:2] == [b"200"] and number.isdigit() else None
