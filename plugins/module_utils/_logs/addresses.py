# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail addresses as logs have them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

# What addresses of ours are made of, with an extension. Anything else in a field of a log is nobody's here.
_PLAIN = re.compile(rb"([A-Za-z0-9._-]+)(?:\+[^<>\"\\\s,;:()@]*)?@([A-Za-z0-9.-]+)")
# With an extension that has to be quoted, in which anything may stand: a whole line, too.
_QUOTED = re.compile(rb'"([A-Za-z0-9._-]+)\+(?:[^"\\]|\\.)*"@([A-Za-z0-9.-]+)', re.DOTALL)

# What else people log in as. It has no ``@``, so it is never an address, and a letter, so it is no process.
_BARE = re.compile(rb"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._%+-]*")


@lru_cache(maxsize=4096)
def normal(field: bytes) -> str | None:
    """Return the address of a field as the register writes it: in lower case, without an extension (``office+x@``)."""
    found = (_QUOTED if field.startswith(b'"') else _PLAIN).fullmatch(field)
    return f"{found[1].decode()}@{found[2].decode()}".lower() if found else None


def login(field: bytes) -> str | None:
    """Return who logs in as a field says: an address, or a name without a domain, in lower case."""
    return normal(field) or (field.decode().lower() if _BARE.fullmatch(field) else None)


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether the address of a client is in one of some networks; what is no address is in none."""
    try:
        client = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(client in network for network in networks)
