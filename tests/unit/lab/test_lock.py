# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed on the controller is what was tried: each release has its hash, and is one that we want."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]


def wanted(name: str) -> list[Requirement]:
    """Return what a file of requirements lists, and what it includes."""
    found: list[Requirement] = []
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line.startswith("-r "):
            found += wanted(line[3:])
        elif line and not line.startswith("#"):
            found.append(Requirement(line))
    return found


@pytest.mark.parametrize("name", ["requirements", "requirements-test"])
def test_the_lock_has_what_is_wanted_with_its_hashes(name: str) -> None:
    """`lab/lock` makes it anew."""
    entries = (ROOT / f"{name}.lock").read_text("utf-8").replace("\\\n", " ")
    locked: dict[str, list[str]] = {}
    for line in filter(None, re.sub(r"(?m)^#.*\n", "", entries).splitlines()):
        assert "--hash=sha256:" in line, line
        release, _semicolon, _marker = line.partition(" --hash")[0].partition(" ; ")
        package, version = release.strip().split("==")
        locked.setdefault(canonicalize_name(package), []).append(version)
    for requirement in wanted(f"{name}.txt"):
        versions = locked[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement
