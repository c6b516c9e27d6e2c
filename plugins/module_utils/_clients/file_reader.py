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
_STATES = {
    errno.ENOENT: "gone",
    errno.ELOOP: "link",
    errno.EACCES: "closed",
    errno.EPERM: "closed",
    # sockets, and devices that nothing is behind
    errno.ENXIO: "special",
    errno.ENODEV: "special",
}


def read(name: str, limit: int, owner: int | None = None, directory: int | None = None) -> tuple[dict[str, Any], bytes]:
    """Return what there is to say of a file, and its content of at most ``limit`` bytes, where it is ``owner``'s.

    ``state`` is read, gone, special, link, closed (no right to read it) or failed (too large, or a broken disk).
    """
    try:
        descriptor = os.open(os.fsencode(name), FLAGS, dir_fd=directory)
    except OSError as error:
        return {"state": _STATES.get(error.errno or 0, "failed")}, b""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        return {"state": "special"}, b""
    with os.fdopen(descriptor, "rb") as handle:
        if owner not in (None, found.st_uid):
            return {"state": "closed"}, b""
        try:
            content = handle.read(limit + 1)
        except OSError:
            return {"state": "failed"}, b""
    if len(content) > limit:
        return {"state": "failed"}, b""
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
