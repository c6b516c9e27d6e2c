# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told to whoever has asked for something that is not there."""

from __future__ import annotations


class NotAsked(ValueError):
    """What was picked is not there; the text says what there is."""
