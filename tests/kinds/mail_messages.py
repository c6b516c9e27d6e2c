# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail, delivered into a Maildir and read from another by Python's library for mailboxes."""

from __future__ import annotations

import mailbox
import os
from collections.abc import Mapping, Sequence
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from .world import OWN, Customer, give, unpacked


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the Maildir of an address."""
    path = "mail/{domain}/{local}/Maildir" if layout == OWN else "vmail/{address}/mail"
    return {"path": f"{root}/{path}"}


def top(root: Path, layout: str, address: str) -> Path:
    """Return the Maildir of an address."""
    local, _at, domain = address.partition("@")
    return root / "mail" / domain / local / "Maildir" if layout == OWN else root / "vmail" / address / "mail"


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Deliver a message for each text, some of them into a folder."""
    path = top(root, layout, customer.address)
    path.parent.mkdir(parents=True)
    inbox = mailbox.Maildir(path)
    folder = inbox.add_folder("Archiv")
    for number, text in enumerate(texts):
        message = EmailMessage()
        message["Subject"] = text
        message["From"] = "somebody@outside.example"
        message.set_content("hello\n")
        (folder if number % 2 else inbox).add(message)
    give(path)


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the directory above all."""
    (root / ("mail" if layout == OWN else "vmail")).mkdir(exist_ok=True)


def plant_former(root: Path, layout: str, address: str, text: str) -> None:
    """Deliver a message into what was a mailbox before."""
    path = top(root, layout, address)
    path.parent.mkdir(parents=True, exist_ok=True)
    mailbox.Maildir(path).add(f"Subject: {text}\n\nhello\n")
    give(path)


def attack(root: Path, layout: str, customer: Customer, victim: Customer) -> None:
    """Lay links to the messages of another customer."""
    path, theirs = top(root, layout, customer.address), top(root, layout, victim.address)
    (path / "new" / "1.link").symlink_to(next((theirs / "new").iterdir()))
    (path / ".Stolen").symlink_to(theirs)
    os.mkfifo(path / "cur" / "2.fifo:2,S")


def close(root: Path, layout: str, customer: Customer) -> None:
    """Close a folder, and a message in another."""
    path = top(root, layout, customer.address)
    (path / ".Archiv").chmod(0)
    next((path / "new").iterdir()).chmod(0)


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return the subjects of all messages."""
    archive = payload / "mail" / customer.address / "maildir.tar"
    if not archive.exists():
        return {customer.address: []}
    inbox = mailbox.Maildir(unpacked(archive, payload.parent / f"{customer.name}.mail"))
    messages = [*inbox, *(message for name in inbox.list_folders() for message in inbox.get_folder(name))]
    return {customer.address: sorted(str(make_header(decode_header(message["Subject"]))) for message in messages)}
