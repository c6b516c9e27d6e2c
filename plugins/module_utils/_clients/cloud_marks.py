# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a cloud account is: the file in its directory from which the application takes the account (role cloud)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from .._core import files
from .._core.files import Ownership

NAME: Final = "account.json"
_FORMAT = 1
_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class CloudMark:
    """The customer, the state of the account (present, suspended, absent), its language, its quota in bytes.

    The ``incarnation`` is that of the address, empty where it is not known.
    """

    customer: str
    state: str
    language: str
    quota: int | None
    incarnation: str = ""


def read_mark(account: int, shown: str) -> tuple[CloudMark, Ownership] | None:
    """Return the mark in the open directory of an account, and whose the file is; None without one.

    Raises UnsafePath, ValueError and LookupError for what is no mark of ours.
    """
    found = files.read_owned(account, NAME, shown=f"{shown}/{NAME}", limit=_LIMIT)
    if found is None:
        return None
    content: dict[str, Any] = json.loads(found[0])
    mark = CloudMark(
        str(content["customer"]),
        content["state"],
        content["language"],
        content["quota"],
        str(content.get("incarnation", "")),
    )
    return mark, found[1]


def write_mark(account: int, mark: CloudMark, wanted: Ownership) -> None:
    """Write the mark into the open directory of an account."""
    content = {
        "format": _FORMAT,
        "customer": mark.customer,
        "state": mark.state,
        "language": mark.language,
        "quota": mark.quota,
        "incarnation": mark.incarnation,
    }
    files.write_beside(account, NAME, f"{json.dumps(content)}\n".encode(), wanted)
