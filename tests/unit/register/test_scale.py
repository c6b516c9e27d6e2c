# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A register of ten thousand customers: the plan takes ten times as much as that of a thousand.

How many seconds that is, `make bench` tells: a clock would fail this on a machine that is busy with something else.
"""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import validate
from ansible_collections.magmasoft.hosting.tests.bench.register import write_register


def _calls(directory: Path, customers: int) -> int:
    """Return how many functions are called until there is a plan, those of Python itself as well."""
    directory.mkdir()
    write_register(directory, customers)
    files = read_directory(str(directory))
    profile = cProfile.Profile()
    with profile:
        register = validate(files)
        plan = expand(register)
    assert register["errors"] == []
    assert len(plan["customers"]) == customers
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed does not know it


def test_the_plan_of_ten_thousand_customers_takes_ten_times_that_of_a_thousand(tmp_path: Path) -> None:
    thousand = _calls(tmp_path / "thousand", 1_000)
    assert _calls(tmp_path / "all", 10_000) < 11 * thousand
