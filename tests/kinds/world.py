# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers of the conformance suite, and what a kind of data brings to it.

A kind brings a module of its own name. It imports nothing of the stores: it writes as a client or a program of the
service does, and reads with a foreign tool.
"""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

# Where our roles put things, and where somebody else might.
OWN, FOREIGN = "own", "foreign"
LAYOUTS: Final = (OWN, FOREIGN)
# Somebody without rights, for trees that are read as their owner.
NOBODY: Final = 65534


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with one of each: a site, a database, an address with an alias, a pure forwarding, a login."""

    name: str

    @property
    def domain(self) -> str:
        """Return the domain of the site, and of the addresses."""
        return f"{self.name}.example"

    @property
    def alias(self) -> str:
        """Return another name of the site."""
        return f"www.{self.domain}"

    @property
    def address(self) -> str:
        """Return the address."""
        return f"office@{self.domain}"

    @property
    def former(self) -> str:
        """Return the alias of the address, which was a mailbox before."""
        return f"info@{self.domain}"

    @property
    def forwarding(self) -> str:
        """Return the address that only forwards."""
        return f"away@{self.domain}"

    @property
    def database(self) -> str:
        """Return the database."""
        return f"{self.name}-web"

    @property
    def canary(self) -> str:
        """Return a text that only stands in their data."""
        return f"canary-of-{self.name}-"


# Names that are parts of one another, and one who has never used anything.
ANN, XANN, ANNE, IDLE = Customer("ann"), Customer("xann"), Customer("anne"), Customer("idle")
EVERYBODY: Final = (ANN, XANN, ANNE, IDLE)
PLAIN: Final = ("one", "two", "three")
ODD: Final = ("äöü €", 'quo"te\\', "-rf", "{}%s*?[a]", "<b>&amp;", "it's; a, b", "𝄞")


class Kind(Protocol):
    """What the module of a kind has. Texts are the customer's, and come back as they were planted."""

    def place(self, root: Path, layout: str) -> Mapping[str, Any]:
        """Return the place of the kind, as `hosting_stores` has it, for a root below which everything lies."""

    def plant(self, root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
        """Write the texts as a client or the service does, each into a thing of its own."""

    def read_back(self, payload: Path, customer: Customer) -> Mapping[str, list[str]]:
        """Return item -> texts, as a foreign tool finds them in what was handed out, sorted."""


def unpacked(path: Path, place: Path) -> Path:
    """Unpack an archive with tar; return the directory."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "--extract", "--no-same-owner", "-f", path, "-C", place], check=True, capture_output=True)
    return place


def give(path: Path) -> None:
    """Make a tree that of somebody without rights, as a customer's is."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-hR", f"{NOBODY}:{NOBODY}", path], check=True)


def everything(payload: Path) -> Iterator[bytes]:
    """Yield all that was handed out, what is packed as well."""
    for path in sorted(payload.rglob("*")):
        if path.is_file():
            yield str(path).encode() + b"\0" + path.read_bytes()
            if path.suffix == ".tar":
                with tarfile.open(path) as archive:
                    for member in archive:
                        file = archive.extractfile(member) if member.isreg() else None
                        yield f"{member.name} {member.linkname}\0".encode("utf-8", "surrogateescape") + (
                            file.read() if file else b""
                        )
