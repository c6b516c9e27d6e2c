# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role has set."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The content of the program's only file of settings. Times are in days."""

    shared_log: str
    own_logs: str
    state: str
    published: str
    locales: str
    templates: str
    web_root: str
    home_attribute: str
    provider: str
    log_days: int
    days: int
    memory_mb: int

    @classmethod
    def load(cls, path: str) -> Settings:
        """Read the settings."""
        return cls(**json.loads(Path(path).read_text("utf-8")))
