# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of letters share: a directory for them, and a customer with every kind of login."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Customer, Endpoint, Login

MAILBOX = Login("mailbox", "office@alp.example", "alp", ("mail",))
FILES = Login("file_login", "alp", "alp", ("files",))
DATABASE = Login("database", "alp-web", "alp", ("database",))
LOGINS = [MAILBOX, FILES, DATABASE]
CUSTOMERS = {name: Customer(name, f"Customer {name}", "de", "") for name in ("alp", "other")}
ENDPOINTS = {
    "imap": Endpoint("mail.example", 993, "tls", None),
    "submission": Endpoint("mail.example", 465, "tls", None),
    "sftp": Endpoint("files.example", 2222, "ssh", None),
    "database": Endpoint("localhost", None, "socket", None),
}


class Letters:
    """A letters' directory as it lies on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pending(self, customer: str = "alp") -> dict[str, Any]:
        """Return what is pending for a customer."""
        file = self.path / "pending" / f"{customer}.json"
        return dict(json.loads(file.read_text())["logins"]) if file.exists() else {}

    def letter(self, customer: str = "alp") -> list[dict[str, Any]]:
        """Return the logins of a letter."""
        file = self.path / f"{customer}.json"
        return list(json.loads(file.read_text())["logins"]) if file.exists() else []

    def secrets(self) -> set[str]:
        """Return every password and hash in any file."""
        found = {str(entry["password"]) for file in self.path.glob("*.json") for entry in self.letter(file.stem)}
        for file in (self.path / "pending").glob("*.json"):
            found |= {text for entry in self.pending(file.stem).values() for text in entry.values()}
        return found - {"None"}


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    """Return a directory that does not exist yet."""
    return Letters(tmp_path / "letters")
