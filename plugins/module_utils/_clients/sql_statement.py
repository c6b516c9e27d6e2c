# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A statement for MariaDB, apart from the client: whoever only writes some down needs no library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """An SQL template for PyMySQL with its values. ``patient`` ones may take as long as removing much data takes."""

    text: str
    values: tuple[str, ...] = ()
    patient: bool = False
