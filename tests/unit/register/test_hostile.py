# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registers of tests/registers/hostile, in one directory: each is refused as written beside it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.errors import UNPRINTABLE, format_errors
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import Register, validate

from .registers import ROOT, text_of

HOSTILE = ROOT / "tests" / "registers" / "hostile"
CASES = sorted(path.stem for path in HOSTILE.glob("*.json"))
# What no checker of YAML files would let lie around: file name, content, line, field, part of the message.
_SLIP = text_of("owner-with-slip", mailbox="   quota: 2G\n").replace(
    "owner-with-slip.example", "owned-by-broken.example"
)
_TAKER = text_of("taken-from-broken").replace("taken-from-broken.example", "owned-by-broken.example")
BROKEN: list[tuple[str, str | bytes, int, str, str]] = [
    ("duplicate-key", text_of("duplicate-key", "language: en\n"), 7, "language", "stands here again after line 4"),
    ("duplicate-inside", text_of("duplicate-inside", "unix: {user: a, user: b, uid: 1090}\n"), 7, "unix.user", "again"),
    ("unclosed", text_of("unclosed", "sites: [{domain: unclosed.example}\nfile_logins: []\n"), 8, "", "is no YAML"),
    ("tab", text_of("tab", "sites:\n\t- domain: tab.example\n"), 8, "", "is no YAML"),
    ("indentation", text_of("indentation", "unix:\n    user: a\n  uid: 1091\n"), 9, "", "is no YAML"),
    ("bell", text_of("bell", 'database_tool: "\x07"\n'), 7, "", "has a control character"),
    ("nul", text_of("nul", "database_tool: \x00\n"), 7, "", "has a control character"),
    ("latin-1", text_of("latin-1").replace("Customer", "Müller").encode("latin-1"), 0, "", "is not UTF-8 (line 2)"),
    ("utf-16", text_of("utf-16").encode("utf-16"), 0, "", "is not UTF-8"),
    ("binary", bytes(range(256)) * 16, 0, "", "is not UTF-8"),
    ("huge", text_of("huge") + "#" * (1 << 20), 0, "", "has more than 1 MiB"),
    ("owner-with-slip", _SLIP, 7, "", "is no YAML"),
    ("taken-from-broken", _TAKER, 6, "mailboxes[0].address", "seems to belong to"),
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one directory with every hostile file there is."""
    place = tmp_path_factory.mktemp("register") / "hostile"
    shutil.copytree(HOSTILE, place)
    for name, content, *_expected in BROKEN:
        (place / f"{name}.yml").write_bytes(content.encode() if isinstance(content, str) else content)
    (place / "link.yml").symlink_to("unharmed.yml")
    (place / "directory.yml").mkdir()
    os.mkfifo(place / "fifo.yml")
    return place


@pytest.fixture(scope="module")
def register(directory: Path) -> Register:
    """Return the register of them all."""
    return validate(read_directory(str(directory)), reserved_domains=["mail.lab.example"])


def _errors_of(register: Register, name: str) -> list[tuple[int, str, str]]:
    return [
        (error["line"], error["field"], error["message"])
        for error in register["errors"]
        if Path(error["file"]).name == f"{name}.yml"
    ]


def test_there_are_enough_of_them() -> None:
    """Every file has its expectation beside it, but for the one that is good."""
    files = {path.stem for path in HOSTILE.glob("*.yml")}
    assert len(CASES) >= 60
    assert files - set(CASES) == {"unharmed"}


@pytest.mark.parametrize("name", CASES)
def test_each_is_refused_as_expected(register: Register, name: str) -> None:
    """No error is missing and none too many; each has file, line, field, message and remedy."""
    expected: list[dict[str, Any]] = json.loads((HOSTILE / f"{name}.json").read_text())
    found = _errors_of(register, name)
    assert len(found) == len(expected), found
    for error in expected:
        assert any(
            (line, field) == (error["line"], error["field"]) and error["message"] in message
            for line, field, message in found
        ), (error, found)


@pytest.mark.parametrize(("name", "line", "field", "message"), [(case[0], *case[2:]) for case in BROKEN])
def test_what_is_no_yaml_is_refused(register: Register, name: str, line: int, field: str, message: str) -> None:
    """The same for files that other programs stumble over."""
    found = _errors_of(register, name)
    assert any(error[:2] == (line, field) and message in error[2] for error in found), found


def test_what_is_no_file_is_refused(register: Register) -> None:
    """A link to a good file, a directory, a FIFO."""
    assert [_errors_of(register, name)[0][2] for name in ("link", "directory", "fifo")] == [
        "is a symbolic link",
        "is no regular file",
        "is no regular file",
    ]


def test_the_good_one_is_applied(register: Register) -> None:
    """It alone is in the plan, and whoever has a file is withheld."""
    plan = expand(register)
    assert [customer["name"] for customer in plan["customers"]] == ["unharmed"]
    assert [site["name"] for site in plan["sites"]] == ["unharmed.example"]
    everybody = {name for name in (*CASES, *(case[0] for case in BROKEN)) if len(name) <= 28}
    assert everybody <= set(plan["withheld"])
    assert "unharmed" not in plan["withheld"]


def test_every_error_says_what_is_allowed(register: Register) -> None:
    """And is one line that no terminal takes for anything else."""
    json.dumps(register)
    lines = format_errors(register["errors"])
    assert len(lines) == len(register["errors"])
    for error, line in zip(register["errors"], lines, strict=True):
        assert error["message"]
        assert error["allowed"]
        assert len(error["value"]) <= 80
        assert "\n" not in line
        assert UNPRINTABLE.search(line) is None
        assert error["file"] in line
