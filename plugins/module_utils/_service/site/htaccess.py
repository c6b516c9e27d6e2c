# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files `.htaccess` with which a site could hold up the web server of all: Apache reads them at each request."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..._core.errors import HostingError
from ..._core.process import ProgramFailed, run

# What programs write of themselves has some KB; to compute for minutes takes thousands of lines.
LARGEST = 64 << 10
_SECONDS = 300.0


class Oversized(NamedTuple):
    """A file that is larger than any need be; ``bytes`` is its size."""

    customer: str
    path: str
    bytes: int

    @property
    def text(self) -> str:
        """Return what the operator is told, on one line whatever the path has in it."""
        return (
            f"{self.path!r} of {self.customer} has {self.bytes} bytes, and Apache reads it at each request, for minutes"
            f" perhaps (ask the customer to shorten it; {LARGEST} bytes are plenty)"
        )


def warnings_of_oversized(customers: Iterable[str], web_root: str) -> list[str]:
    """Return what the operator is told of the files in the trees of these customers."""
    try:
        return [found.text for found in find_oversized(customers, web_root)]
    except HostingError as error:
        # the sites are as they have to be all the same
        return [f"files .htaccess were not looked at: {error.message}"]


def find_oversized(customers: Iterable[str], web_root: str) -> list[Oversized]:
    """Return the files in the trees of these customers. Follows no link. Looks at each directory once."""
    trees = {f"{web_root}/{customer}": customer for customer in sorted(set(customers))}
    present = [tree for tree in trees if Path(tree).is_dir() and not Path(tree).is_symlink()]
    if not present:
        return []
    wanted = ["-xdev", "-name", ".htaccess", "-type", "f", "-size", f"+{LARGEST}c", "-printf", "%s %H %p\\0"]
    done = run(["find", *present, *wanted], seconds=_SECONDS)
    # 1: something went while it was looked at
    if done.code not in (0, 1):
        raise ProgramFailed("find", done.code, done.said)
    found = [line.split(" ", 2) for line in done.output.split("\0") if line]
    return [Oversized(trees[tree], path, int(size)) for size, tree, path in found]
