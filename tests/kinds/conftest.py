# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind needs."""

from __future__ import annotations

import os
import sys

import pytest


@pytest.fixture(autouse=True)
def _python_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let those read who own nothing of this checkout: files are read as their owner, by a program of its own."""
    if os.geteuid() == 0:
        monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
