# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins to a mailbox, as Dovecot tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .log_files import append, extracted, marked
from .world import OWN, Customer

_LOGIN = (
    "2026-11-23T12:00:{:02d}.000000+00:00 mail dovecot: imap-login: Login: user=<{}>, method=PLAIN, rip=192.0.2.7,"
    " lip=192.0.2.1, mpid=7, TLS, session=<{}>"
)


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the logs of syslog."""
    return {"files": [f"{root}/{'logs/mail.log' if layout == OWN else 'maillog'}"]}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Log a login for each text."""
    path = root / ("logs/mail.log" if layout == OWN else "maillog")
    append(path, [_LOGIN.format(number, customer.address, marked(text)) for number, text in enumerate(texts)])


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the log."""
    plant(root, layout, customer, [])


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return the sessions."""
    return {"": extracted(payload, "logs/mail-logins")}
