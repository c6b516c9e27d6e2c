# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A register of ten thousand customers: the plan takes seconds, and ten times as long as that of a thousand."""

from __future__ import annotations

import time
from pathlib import Path

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import validate
from ansible_collections.magmasoft.hosting.tests.bench.register import write_register

SECONDS = 3.0


def _seconds(directory: Path, customers: int) -> float:
    """Return the time of the processor, which other programs on the machine lengthen least."""
    directory.mkdir()
    write_register(directory, customers)
    files = read_directory(str(directory))
    started = time.process_time()
    register = validate(files)
    plan = expand(register)
    seconds = time.process_time() - started
    assert register["errors"] == []
    assert len(plan["customers"]) == customers
    return seconds


def test_the_plan_of_ten_thousand_customers(tmp_path: Path) -> None:
    thousand = _seconds(tmp_path / "thousand", 1_000)
    all_of_them = _seconds(tmp_path / "all", 10_000)
    assert all_of_them < SECONDS
    # linear; what is quadratic would take a hundred times as long
    assert all_of_them < 25 * thousand
