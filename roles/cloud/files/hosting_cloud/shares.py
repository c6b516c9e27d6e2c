# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders that somebody has shared: one small file for each link, in the account's own directory."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from .accounts import Account

SHARES = "shares"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Share:
    """A link to a folder. Whoever has it may read what is below; ``folder`` is the path in the tree."""

    token: str
    folder: tuple[str, ...]


class Shares:
    """The links of all accounts below one directory."""

    def __init__(self, root: str) -> None:
        self._root = root

    def all(self, account: Account) -> list[Share]:
        """Return an account's links."""
        directory = self._directory(account)
        names = [path.name for path in directory.iterdir()] if directory.is_dir() else []
        found = [self.get(account, name) for name in names]
        return sorted((share for share in found if share is not None), key=lambda share: share.folder)

    def get(self, account: Account, token: str) -> Share | None:
        """Return the link of a token, None if there is none that can be read."""
        if _TOKEN.fullmatch(token) is None:
            return None
        try:
            content = json.loads((self._directory(account) / token).read_text("utf-8"))
            return Share(token, tuple(content["folder"]))
        except (FileNotFoundError, ValueError, LookupError, TypeError):
            return None

    def add(self, account: Account, folder: tuple[str, ...]) -> Share:
        """Make a link to a folder, or return the one that there is."""
        known = next((share for share in self.all(account) if share.folder == folder), None)
        if known is not None:
            return known
        directory = self._directory(account)
        directory.mkdir(mode=0o700, exist_ok=True)
        share = Share(secrets.token_urlsafe(_BYTES), folder)
        new = directory / f".{share.token}"
        with new.open("w", encoding="utf-8") as file:
            json.dump({"folder": list(folder)}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(directory / share.token)
        return share

    def remove(self, account: Account, token: str) -> None:
        """Take a link back."""
        if _TOKEN.fullmatch(token) is not None:
            (self._directory(account) / token).unlink(missing_ok=True)

    def _directory(self, account: Account) -> Path:
        return Path(self._root, account.address, SHARES)
