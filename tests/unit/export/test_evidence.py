# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence: lines that are only ever added, and whoever changes one is found out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, Incomplete
from ansible_collections.magmasoft.hosting.plugins.module_utils._evidence.evidence import (
    add_evidence,
    read_evidence,
)

FIRST, SECOND = {"what": "export", "bag": "ann-1"}, {"what": "report", "made": "2026-11-25T10:00:00Z"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory with the evidence of two events."""
    for entry in (FIRST, SECOND):
        assert add_evidence(str(tmp_path / "evidence"), "ann", [entry], check_mode=False)
    return tmp_path / "evidence"


def test_a_line_says_when_and_by_whom(place: Path) -> None:
    first, second = read_evidence(str(place), "ann")
    assert first["what"] == "export"
    assert {"time", "by", "previous"} <= first.keys()
    assert first["previous"] != second["previous"]
    assert (place / "ann.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_same_is_noted_once(place: Path) -> None:
    before = (place / "ann.jsonl").read_bytes()
    assert not add_evidence(str(place), "ann", [FIRST], check_mode=False)
    assert (place / "ann.jsonl").read_bytes() == before


def test_several_at_once_are_noted_once_each(place: Path) -> None:
    first, second = ({"what": "download", "bag": "ann-1", "time": f"2026-11-2{day}T10:00:00.000Z"} for day in (4, 5))
    assert add_evidence(str(place), "ann", [first, first], check_mode=False) == [first]
    assert add_evidence(str(place), "ann", [FIRST, first, second], check_mode=True) == [second]
    assert add_evidence(str(place), "ann", [FIRST, first, second], check_mode=False) == [second]
    assert add_evidence(str(place), "ann", [first, second], check_mode=False) == []
    # of what time they are they say themselves
    assert [line["time"] for line in read_evidence(str(place), "ann")[2:]] == [first["time"], second["time"]]


def test_check_mode_predicts_and_writes_nothing(tmp_path: Path) -> None:
    assert add_evidence(str(tmp_path / "evidence"), "ann", [FIRST], check_mode=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", ["edit", "remove", "garbage"])
def test_a_changed_line_is_found(place: Path, change: str) -> None:
    path = place / "ann.jsonl"
    lines = path.read_text("utf-8").splitlines()
    if change == "edit":
        lines[0] = json.dumps({**json.loads(lines[0]), "bag": "ann-2"}, sort_keys=True)
    elif change == "remove":
        del lines[0]
    else:
        lines[0] = "garbage"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    before = path.read_bytes()
    with pytest.raises(Incomplete, match=r"ann.jsonl: line [12]"):
        add_evidence(str(place), "ann", [{"what": "erase"}], check_mode=False)
    assert path.read_bytes() == before


def test_half_a_line_of_a_killed_run_goes(place: Path) -> None:
    with (place / "ann.jsonl").open("ab") as handle:
        handle.write(b'{"time": "2026-')
    assert add_evidence(str(place), "ann", [{"what": "erase"}], check_mode=False)
    assert [line["what"] for line in read_evidence(str(place), "ann")] == ["export", "report", "erase"]


def test_a_line_is_written_to_its_end(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take less than it was given, where the disk is nearly full."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:7]))
    assert add_evidence(str(place), "ann", [{"what": "erase"}], check_mode=False)
    monkeypatch.undo()
    assert [line["what"] for line in read_evidence(str(place), "ann")] == ["export", "report", "erase"]


def test_a_place_that_others_write_to_is_refused(place: Path) -> None:
    place.chmod(0o777)
    with pytest.raises(HostingError, match="writable by others"):
        add_evidence(str(place), "ann", [{"what": "erase"}], check_mode=False)


def test_a_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("", "utf-8")
    (place / "bob.jsonl").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic"):
        add_evidence(str(place), "bob", [FIRST], check_mode=False)
    assert (tmp_path / "other").read_text("utf-8") == ""
