# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages say, one instance for each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts in one language."""

    language: str
    decimal: str
    cloud: str
    used: str
    used_only: str
    full: str
    setup: str
    setup_hint: str
    user: str
    calendars: str
    webdav: str
    files: str
    empty: str
    upload: str
    new_folder: str
    make: str
    delete: str
    share: str
    shares: str
    shares_hint: str
    unshare: str
    shared_with_you: str
    gone: str
    gone_hint: str
    reload: str
    exists: str
    bad_name: str
    too_many: str
