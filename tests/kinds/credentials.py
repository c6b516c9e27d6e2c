# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the directory, described by OpenLDAP's own tool, which also has to take the handed out ones in."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from .daemons import Daemons
from .world import Customer

_EXTERNAL = ("-Q", "-Y", "EXTERNAL", "-H", "ldapi:///")


def place(world: Daemons) -> Mapping[str, Any]:
    """Return the base of the directory."""
    return {"base": world.base}


def plant(world: Daemons, customer: Customer, texts: Sequence[str]) -> None:
    """Describe the entry of the customer by each text."""
    values = "".join(f"description:: {base64.b64encode(text.encode()).decode()}\n" for text in texts)
    _modify(world, customer, f"replace: description\n{values}")


def clear(world: Daemons, customer: Customer) -> None:
    """Take the descriptions away."""
    _modify(world, customer, "replace: description\n")


def read_back(world: Daemons, customer: Customer, files: Mapping[str, bytes]) -> Sequence[str]:
    """Return the descriptions from the file of entries (RFC 2849), which slapd would take in."""
    text = files.get("directory.ldif", b"").decode()
    if text:
        assert "adding new entry" in world.host.run("ldapmodify", "-a", "-n", *_EXTERNAL, stdin=text)
    lines = text.replace("\n ", "").splitlines()
    plain = [line.removeprefix("description: ") for line in lines if line.startswith("description: ")]
    coded = [line.removeprefix("description:: ") for line in lines if line.startswith("description:: ")]
    return [*plain, *(base64.b64decode(one).decode() for one in coded)]


def _modify(world: Daemons, customer: Customer, change: str) -> None:
    entry = f"dn: o={customer.name},ou=customers,{world.base}\nchangetype: modify\n{change}"
    world.host.run("ldapmodify", *_EXTERNAL, stdin=entry)
