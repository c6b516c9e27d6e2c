# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup copies: what backups hold of a customer."""

from __future__ import annotations

from ._base import Store


class BackupCopies(Store):
    """No place yet, and nothing that looks at it; bag and report say that there are some."""

    kind = "backup_copies"
    is_only_listed = True
