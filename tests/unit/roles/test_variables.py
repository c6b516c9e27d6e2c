# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every variable that can be set is described, in the argument specs of a role and in docs/variables.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
INDEX = set(re.findall(r"^\| `(hosting_\w+)` \|", (ROOT / "docs" / "variables.md").read_text("utf-8"), re.MULTILINE))


def _yaml(path: Path) -> dict[str, Any]:
    return (yaml.safe_load(path.read_text("utf-8")) or {}) if path.exists() else {}


def _described(role: str) -> dict[str, Any]:
    entries = _yaml(ROOT / "roles" / role / "meta" / "argument_specs.yml").get("argument_specs", {})
    return {name: option for entry in entries.values() for name, option in entry.get("options", {}).items()}


@pytest.mark.parametrize("role", ROLES)
def test_every_default_of_a_role_is_described(role: str) -> None:
    """With the same value, where that is no expression."""
    defaults, options = _yaml(ROOT / "roles" / role / "defaults" / "main.yml"), _described(role)
    assert options or role == "programs"
    assert set(defaults) <= set(options)
    for name, value in defaults.items():
        if "default" in options[name] and "{{" not in str(value):
            assert options[name]["default"] == value, name


def _set_in_inventories() -> Iterator[str]:
    for path in [*(ROOT / "inventories").rglob("*.yml"), *(ROOT / "molecule").glob("*/inventory/**/*.yml")]:
        yield from (name for name in _yaml(path) if name.startswith("hosting_") and not name.startswith("hosting_lab_"))


def test_whatever_an_inventory_sets_is_in_the_index() -> None:
    """But what the scenarios need for themselves."""
    assert set(_set_in_inventories()) - INDEX == {"hosting_hosts", "hosting_names", "hosting_sites"}
