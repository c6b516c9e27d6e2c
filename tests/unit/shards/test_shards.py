# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No test is forgotten: each file of tests that need a host is in one shard."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
# Whole scenarios of Molecule, or no host at all.
ELSEWHERE = {"kinds", "foreign", "several", "unit"}


def test_every_file_is_in_one_shard() -> None:
    shards = tomllib.loads((TESTS / "shards.toml").read_text("utf-8"))
    named = Counter(test for shard in shards.values() for test in shard.get("tests", []))
    files = {str(path.relative_to(TESTS)) for path in TESTS.rglob("test_*.py")}
    expected = {file for file in files if file.partition("/")[0] not in ELSEWHERE}
    assert set(named) == expected
    assert [file for file, times in named.items() if times != 1] == []


def test_every_scenario_is_a_shard() -> None:
    shards = tomllib.loads((TESTS / "shards.toml").read_text("utf-8"))
    scenarios = {path.parent.name for path in (TESTS.parent / "molecule").glob("*/molecule.yml")}
    assert {name for name, shard in shards.items() if shard["on"] == "scenario"} == scenarios - {"default"}
