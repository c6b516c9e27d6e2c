# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program of its own, run as somebody else: hands out small files of the directory that it is started in.

It reads a list of names as JSON, and writes for each a line of JSON, followed by the content of the file where its
state is ``read``. Names and errors are texts with surrogates for bytes that are not UTF-8.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from typing import Any

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# what open says of links, of sockets and of devices that nothing is behind
NO_FILE = frozenset({errno.ELOOP, errno.ENXIO, errno.ENODEV})


def read(name: str, limit: int) -> tuple[dict[str, Any], bytes]:
    """Return what there is to say of a file, and its content of at most ``limit`` bytes."""
    try:
        descriptor = os.open(os.fsencode(name), FLAGS)
    except FileNotFoundError:
        return {"state": "gone"}, b""
    except OSError as error:
        return {"state": "special"} if error.errno in NO_FILE else {"state": "failed", "why": error.strerror}, b""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        return {"state": "special"}, b""
    with os.fdopen(descriptor, "rb") as handle:
        content = handle.read(limit + 1)
    if len(content) > limit:
        return {"state": "failed", "why": f"larger than {limit} bytes"}, b""
    return {"state": "read", "size": len(content), "modified": found.st_mtime}, content


def main() -> None:
    """Answer one request."""
    request = json.loads(sys.stdin.buffer.readline())
    for name in request["names"]:
        told, content = read(name, request["limit"])
        sys.stdout.buffer.write(json.dumps({"name": name, **told}).encode() + b"\n")
        sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()
