# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a letter says, one instance for each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strings:
    """All words of a letter. The mappings have a key for each kind of login, service and security."""

    title: str
    greeting: str
    introduction: str
    sections: Mapping[str, str]
    user: str
    password: str
    unchanged: str
    service: str
    server: str
    port: str
    security: str
    services: Mapping[str, str]
    securities: Mapping[str, str]
    advice_title: str
    advice: tuple[str, ...]
