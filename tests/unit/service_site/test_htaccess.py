# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files `.htaccess` the operator is told of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site import htaccess


def _write(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"#" * size)


def test_large_ones_are_told_wherever_they_lie(tmp_path: Path) -> None:
    _write(tmp_path / "ann" / "a.example" / "htdocs" / ".htaccess", htaccess.LARGEST)
    deep = tmp_path / "ann" / "a.example" / "htdocs" / "odd \n 1 name" / ".htaccess"
    _write(deep, htaccess.LARGEST + 1)
    _write(tmp_path / "ann" / "a.example" / "htdocs" / "htaccess.txt", 10 * htaccess.LARGEST)
    _write(tmp_path / "bob" / ".htaccess", 700_000)
    found = htaccess.find_oversized(["ann", "ann", "carl"], str(tmp_path))
    assert found == [htaccess.Oversized("ann", str(deep), htaccess.LARGEST + 1)]
    assert "\n" not in found[0].text
    assert [one.bytes for one in htaccess.find_oversized(["ann", "bob"], str(tmp_path))] == [
        htaccess.LARGEST + 1,
        700_000,
    ]


def test_no_link_is_followed(tmp_path: Path) -> None:
    _write(tmp_path / "bob" / ".htaccess", 700_000)
    (tmp_path / "ann").symlink_to(tmp_path / "bob")
    (tmp_path / "carl").mkdir()
    (tmp_path / "carl" / "link").symlink_to(tmp_path / "bob")
    (tmp_path / "carl" / ".htaccess").symlink_to(tmp_path / "bob" / ".htaccess")
    os.mkfifo(tmp_path / "carl" / "fifo")
    assert htaccess.find_oversized(["ann", "carl"], str(tmp_path)) == []


def test_a_tree_that_can_t_be_looked_at_fails_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_arguments: object, **_options: object) -> None:
        raise ServiceUnavailable("find did not end within 300 s", remedy="see what keeps the host busy, then run again")

    (tmp_path / "ann").mkdir()
    monkeypatch.setattr(htaccess, "run", late)
    assert htaccess.warnings_of_oversized(["ann"], str(tmp_path)) == [
        "files .htaccess were not looked at: find did not end within 300 s"
    ]
