# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far logs were read: each line once, whatever is done to the files in between."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs import rotation
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics import offsets
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.lines import LIMIT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DAY = 86400


class Logs:
    """A log that is written, rotated and compressed, and what was read of it."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "access.log"
        self.written: list[bytes] = []
        self.read: list[bytes] = []
        self.problems: list[str] = []
        self._marks: list[offsets.Mark] = []
        self._now = 1_000_000
        self._rotations = 0
        self.path.touch()

    def write(self, count: int = 1) -> None:
        """Add lines."""
        for _number in range(count):
            line = b"line %d" % len(self.written)
            self.written.append(line)
            with self.path.open("ab") as file:
                file.write(line + b"\n")

    def rotate(self) -> None:
        """Do what logrotate does with dateext."""
        self._rotations += 1
        self.path.rename(self.path.with_name(f"access.log-{20261100 + self._rotations}"))
        self.path.touch()

    def number(self) -> None:
        """Do what logrotate does without dateext: every file moves on by one."""
        numbers = sorted(
            (int(path.name.split(".")[2]), path)
            for path in self.path.parent.glob("access.log.*")
            if ".gz" not in path.name
        )
        for number, path in reversed(numbers):
            path.rename(path.with_name(f"access.log.{number + 1}"))
        self.path.rename(self.path.with_name("access.log.1"))
        self.path.touch()

    def compress(self) -> None:
        """Compress all that were rotated with a date."""
        for path in self.path.parent.glob("access.log-????????"):
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()

    def go_on(self) -> None:
        """Read, and remember how far."""
        self._now += 3600
        log = offsets.Log(str(self.path), self._marks, self._now)
        self.read += list(log.lines())
        self._marks = offsets.from_json(offsets.to_json(log.marks))
        self.problems += log.problems


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    """Return an empty log."""
    return Logs(tmp_path)


_STEPS = st.lists(st.sampled_from(["write", "rotate", "number", "compress", "go_on"]), max_size=25)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=_STEPS)
def test_each_line_is_read_once_whatever_happens_to_the_files(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    logs = Logs(tmp_path_factory.mktemp("logs"))
    # the heads of files of one line each have to differ, as those with a time in front do
    for step in steps:
        getattr(logs, step)()
    logs.go_on()
    logs.go_on()
    assert sorted(logs.read) == sorted(logs.written)
    assert logs.problems == []


def test_a_line_without_an_end_waits(logs: Logs) -> None:
    logs.path.write_bytes(b"one\ntw")
    logs.go_on()
    assert logs.read == [b"one"]
    with logs.path.open("ab") as file:
        file.write(b"o\n")
    logs.go_on()
    assert logs.read == [b"one", b"two"]


def test_a_line_that_is_too_long_is_read_over(logs: Logs) -> None:
    logs.path.write_bytes(b"x" * (3 * LIMIT) + b"\nnext\n" + b"y" * (2 * LIMIT))
    logs.go_on()
    assert logs.read == [b"next"]
    with logs.path.open("ab") as file:
        file.write(b"yy\nlast\n")
    logs.go_on()
    assert logs.read == [b"next", b"last"]


def test_a_file_that_was_emptied_is_begun_anew(logs: Logs) -> None:
    logs.write(3)
    logs.go_on()
    logs.path.write_bytes(b"other\n")
    logs.go_on()
    assert logs.read[3:] == [b"other"]


def test_what_has_not_changed_is_not_opened(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.write(2)
    logs.rotate()
    logs.write()
    logs.go_on()
    opened: list[str] = []
    real = rotation.open_part

    def watched(directory: int, name: str, shown: str) -> int:
        opened.append(name)
        return real(directory, name, shown)

    monkeypatch.setattr(offsets, "open_part", watched)
    logs.go_on()
    assert opened == []
    logs.write()
    logs.go_on()
    assert opened == ["access.log"]


def test_links_pipes_and_names_of_others_are_left_alone(logs: Logs, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret\n")
    for name in ("access.log-20261123", "access.log.1"):
        (tmp_path / name).symlink_to(secret)
    os.mkfifo(tmp_path / "access.log.2")
    for name in ("access.log.bak", "access.log.1x", "other.log", "access.log-2026"):
        (tmp_path / name).write_bytes(b"not of ours\n")
    logs.write()
    logs.go_on()
    assert logs.read == [b"line 0"]
    assert logs.problems == []


def test_a_damaged_file_is_named_and_the_others_are_read(logs: Logs) -> None:
    damaged = logs.path.with_name("access.log-20261101.gz")
    damaged.write_bytes(gzip.compress(b"old\n" * 50_000)[:-20])
    logs.write()
    logs.go_on()
    assert b"line 0" in logs.read
    assert len(logs.problems) == 1
    assert "access.log-20261101.gz: damaged" in logs.problems[0]


def _zstd(content: bytes) -> bytes:
    return subprocess.run(["zstd", "-c"], input=content, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("end", "compress"), [("gz", gzip.compress), ("xz", lzma.compress), ("bz2", bz2.compress), ("zst", _zstd)]
)
def test_however_a_file_is_compressed_its_lines_are_read_once(
    logs: Logs, end: str, compress: Callable[[bytes], bytes]
) -> None:
    logs.write(3)
    logs.go_on()
    logs.write(2)
    logs.rotate()
    rotated = logs.path.with_name("access.log-20261101")
    rotated.with_name(f"{rotated.name}.{end}").write_bytes(compress(rotated.read_bytes()))
    rotated.unlink()
    logs.go_on()
    assert logs.read == logs.written
    assert logs.problems == []


def test_a_damaged_file_of_zstd_is_named(logs: Logs) -> None:
    logs.path.with_name("access.log-20261101.zst").write_bytes(_zstd(b"old\n" * 50_000)[:-20])
    logs.write()
    logs.go_on()
    assert logs.read == logs.written
    assert "access.log-20261101.zst: zstd ended with" in logs.problems[0]


def test_without_the_directory_nothing_is_forgotten(logs: Logs, tmp_path: Path) -> None:
    logs.write()
    logs.go_on()
    away = tmp_path.with_name(f"{tmp_path.name}-away")
    tmp_path.rename(away)
    logs.go_on()
    away.rename(tmp_path)
    logs.go_on()
    assert logs.read == [b"line 0"]


def test_another_file_is_not_taken_for_one_that_was_read(logs: Logs) -> None:
    logs.write(2)
    logs.go_on()
    logs.path.unlink()
    logs.path.with_name("access.log-20261101.gz").write_bytes(gzip.compress(b"one\ntwo\nthree\nfour\n"))
    logs.go_on()
    assert logs.read[2:] == [b"one", b"two", b"three", b"four"]
