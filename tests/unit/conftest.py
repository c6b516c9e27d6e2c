# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every unit test needs: the collection under its full name, whichever directory pytest was started in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / "build" / "collections"


def pytest_configure() -> None:
    """Say what is missing in one sentence instead of in a hundred failed imports."""
    if not (COLLECTIONS / "ansible_collections" / "magmasoft" / "hosting").is_dir():
        raise pytest.UsageError(f"{COLLECTIONS} is missing: run lab/collection once, or `make check`")
    if str(COLLECTIONS) not in sys.path:
        sys.path.insert(0, str(COLLECTIONS))
    set_hypothesis_home_dir(ROOT / "build" / "cache" / "hypothesis")
