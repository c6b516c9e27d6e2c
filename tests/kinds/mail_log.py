# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that come for an address, as Postfix tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from .log_files import append, extracted, marked
from .world import OWN, Customer


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the logs of syslog."""
    return {"files": [f"{root}/{'logs/mail.log' if layout == OWN else 'maillog'}"]}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Log a message for each text, from coming in to being stored."""
    path = root / ("logs/mail.log" if layout == OWN else "maillog")
    append(path, [line for number, text in enumerate(texts) for line in _message(customer, number, text)])


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the log."""
    plant(root, layout, customer, [])


def _message(customer: Customer, number: int, text: str) -> Iterator[str]:
    # as a queue ID without enable_long_queue_ids
    queue_id = f"{crc32(customer.name.encode()):08X}{number:02X}"
    stored = f"to=<{customer.address}>, relay=mail[private/dovecot-lmtp], delay=0.1, delays=0/0/0/0.1, dsn=2.0.0,"
    steps = {
        "smtpd[1]": "client=mx.outside.example[192.0.2.9]",
        "cleanup[2]": f"message-id=<{number}@outside.example>",
        "qmgr[3]": "from=<somebody@outside.example>, size=512, nrcpt=1 (queue active)",
        "lmtp[4]": f"{stored} status=sent (250 2.0.0 {marked(text)} Saved)",
        "qmgr[5]": "removed",
    }
    for second, (program, said) in enumerate(steps.items()):
        yield f"2026-11-23T12:{number:02d}:{second:02d}.000000+00:00 mail postfix/{program}: {queue_id}: {said}"


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return what the messages were stored as."""
    return {"": extracted(payload, "logs/mail")}
