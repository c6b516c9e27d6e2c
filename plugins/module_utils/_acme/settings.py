# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role has set."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The content of the program's only file of settings: paths, a user, a port.

    ``user`` runs dehydrated, with its ``configuration``, in its ``home``; ``challenges`` is what Apache hands out.
    """

    web_state: str
    sentinel_port: int
    certificates: str
    configuration: str
    home: str
    challenges: str
    user: str

    @classmethod
    def load(cls, path: str) -> Settings:
        """Read the settings."""
        return cls(**json.loads(Path(path).read_text("utf-8")))
