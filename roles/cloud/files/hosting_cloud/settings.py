# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role has set."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The content of the application's only file of settings."""

    url: str
    trees: str
    radicale: str
    directory_uri: str
    directory_base: str
    directory_user: str
    directory_secret: str
    directory_ca: str
    mail_attribute: str
    status_attribute: str
    service_attribute: str

    @classmethod
    def load(cls, path: str) -> Settings:
        """Read the settings."""
        return cls(**json.loads(Path(path).read_text("utf-8")))
