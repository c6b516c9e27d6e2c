# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test of a store needs: somewhere to deliver to."""

from __future__ import annotations

from pathlib import Path

import pytest

from .customers import Bags


@pytest.fixture
def bags(tmp_path: Path) -> Bags:
    """Return empty bags."""
    return Bags(tmp_path / "bags")
