# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SMTP server that accepts everything: run on the host under test, it stands for the world outside.

Needs the standard library alone. Tells ``"ready"``, then each message, as lines of JSON; ends when its input does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

_REPLIES = {"HELO": "250 sink", "EHLO": "250 sink", "RSET": "250 ok", "NOOP": "250 ok", "QUIT": "221 bye"}


def _tell(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


async def _receive(reader: asyncio.StreamReader) -> str:
    lines: list[bytes] = []
    while (line := await reader.readline()) not in (b".\r\n", b""):
        lines.append(line.removeprefix(b"."))
    return b"".join(lines).decode("utf-8", "replace")


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    sender, recipients = "", list[str]()
    writer.write(b"220 sink\r\n")
    while line := (await reader.readline()).decode("ascii", "replace").strip():
        verb, _blank, rest = line.partition(" ")
        address = rest.partition("<")[2].partition(">")[0]
        reply = _REPLIES.get(verb.upper(), "250 ok")
        if verb.upper() == "MAIL":
            sender, recipients = address, []
        elif verb.upper() == "RCPT":
            recipients.append(address)
        elif verb.upper() == "DATA":
            writer.write(b"354 go\r\n")
            _tell({"from": sender, "to": recipients, "data": await _receive(reader)})
        writer.write(reply.encode() + b"\r\n")
        await writer.drain()
        if verb.upper() == "QUIT":
            break
    writer.close()


async def _main(port: int) -> None:
    async with await asyncio.start_server(_serve, "127.0.0.1", port):
        _tell("ready")
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
