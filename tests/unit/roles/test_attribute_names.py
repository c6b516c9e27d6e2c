# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of attributes and classes are settings: no role has one of ours where the operator's has to stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROLES = Path(__file__).resolve().parents[3] / "roles"
OURS = "CloudQuota|Counter|Customer|FileLogin|ForwardTo|KeepCopy|Mailbox|NextNumber|Number|Quota|Service|Status|User"
NAME = re.compile(rf"\bhosting(?:{OURS})\b")
# Where one may stand: looked up, a key of the mapping, of a list or of the indexes, which are looked up, the default of
# a look-up.
LOOKED_UP = re.compile(
    rf"name\.hosting\w+|hosting_directory_attributes\.hosting\w+|default\('hosting\w+'\)"
    rf"|^  (hosting\w+): \1$|^  - hosting(?:{OURS})$|^  hosting(?:{OURS}): (?:pres|eq)(?:,eq)?$"
    rf"|'hosting\w+'(?=\]? %\}})",
    re.MULTILINE,
)
# The schema itself, which is ours.
SCHEMA = re.compile(r"^\{% if hosting_directory_schema %\}.*?^\{% endif %\}", re.MULTILINE | re.DOTALL)


def _files() -> list[Path]:
    parts = ("defaults", "files", "handlers", "tasks", "templates", "vars")
    found = [path for part in parts for path in ROLES.glob(f"*/{part}/**/*") if path.is_file()]
    return sorted(path for path in found if path.suffix not in (".pyc", ".lua", ".html"))


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROLES)))
def test_names_are_looked_up(path: Path) -> None:
    text = SCHEMA.sub("", path.read_text("utf-8"))
    assert NAME.findall(LOOKED_UP.sub("", text)) == []


def test_there_is_something_to_look_for() -> None:
    """Of the daemons, each that asks the directory."""
    users = {path.relative_to(ROLES).parts[0] for path in _files() if NAME.search(path.read_text("utf-8"))}
    assert users >= {"chat", "cloud", "directory", "file_access", "mail", "statistics", "webmail"}
