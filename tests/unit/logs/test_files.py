# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs with their rotated files: which, in which order, and what rotation does while they are being opened."""

from __future__ import annotations

import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import UnsafePath
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs import files as log_files
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs import rotation
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.files import open_log, passed_over
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.rotation import Packing
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.search import DamagedLog, Patterns, matching


def _names(path: Path) -> list[str]:
    with open_log(str(path)) as files:
        return [file.name for file in files]


def _write(directory: Path, *names: str) -> None:
    for name in names:
        content = f"a line of {name}\n".encode()
        (directory / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)


def test_the_oldest_comes_first(tmp_path: Path) -> None:
    _write(tmp_path, "x.log", "x.log.1", "x.log.10.gz", "x.log.2.gz")
    assert _names(tmp_path / "x.log") == ["x.log.10.gz", "x.log.2.gz", "x.log.1", "x.log"]


def test_dates_are_put_in_order_too(tmp_path: Path) -> None:
    _write(tmp_path, "x.log", "x.log-20261124", "x.log-20261231.gz", "x.log-20270101.gz", "x.log-2026112307")
    assert _names(tmp_path / "x.log") == [
        "x.log-2026112307", "x.log-20261124", "x.log-20261231.gz", "x.log-20270101.gz", "x.log",
    ]  # fmt: skip


def test_rotated_files_may_keep_the_end_of_the_name(tmp_path: Path) -> None:
    _write(tmp_path, "x.log", "x-20261122.log", "x-20261121.log.gz", "x.2.log", "x.10.log.gz", "x.log.1")
    assert _names(tmp_path / "x.log") == [
        "x-20261121.log.gz", "x-20261122.log", "x.10.log.gz", "x.2.log", "x.log.1", "x.log",
    ]  # fmt: skip
    assert passed_over(str(tmp_path / "x.log")) == []


def test_what_looks_like_a_part_of_a_log_is_named(tmp_path: Path) -> None:
    odd = ["x-20261122.log.lz4", "x.log-2026", "x.log.1.Z", "x.log.1.gz.1", "x.log.1.tmp", "x.log.old"]
    _write(
        tmp_path,
        *odd,
        "x.log~",
        "x.log",
        "x.log.1",
        "x.log.1.gz",
        "x.log2",
        "xx.log",
        "x-old.log",
        "x.err",
        "y.log.old",
    )
    (tmp_path / "x.log.d").mkdir()
    (tmp_path / "x.log.lock").touch()
    (tmp_path / "x.log.link").symlink_to("x.log")
    (tmp_path / os.fsdecode(b"x.log.\xff")).write_bytes(b"x")
    assert passed_over(str(tmp_path / "x.log")) == [
        *(f"{tmp_path}/{name}" for name in odd),
        *(f"{tmp_path}/{name}" for name in ("x.log.\\xff", "x.log~")),
    ]


def test_others_are_left_alone(tmp_path: Path) -> None:
    _write(tmp_path, "x.log", "x.log2", "xx.log", "x.log.old", "x.log~", "x.log.1.tmp", "x.log-2026", "x.log.1.gz.1")
    assert _names(tmp_path / "x.log") == ["x.log"]


@pytest.mark.parametrize("written", [0, 12, 5000, None])
def test_a_compression_that_is_not_finished_waits(tmp_path: Path, written: int | None) -> None:
    content = os.urandom(20_000)
    (tmp_path / "x.log.1").write_bytes(content)
    (tmp_path / "x.log.1.gz").write_bytes(gzip.compress(content)[:written])
    assert _names(tmp_path / "x.log") == ["x.log.1"]


@pytest.mark.parametrize("what", ["link", "fifo", "directory"])
def test_what_is_no_file_is_refused(tmp_path: Path, what: str) -> None:
    _write(tmp_path, "elsewhere")
    path = tmp_path / "x.log"
    if what == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(path) if what == "fifo" else path.mkdir()
    with pytest.raises(UnsafePath):
        _names(path)


def test_a_link_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    _write(tmp_path / "real", "x.log")
    (tmp_path / "logs").symlink_to(tmp_path / "real")
    with pytest.raises(UnsafePath):
        _names(tmp_path / "logs" / "x.log")


def _rotate(directory: Path) -> None:
    (directory / "x.log.1").rename(directory / "x.log.2")
    (directory / "x.log").rename(directory / "x.log.1")
    _write(directory, "x.log")


def _compress(directory: Path) -> None:
    content = (directory / "x.log.1").read_bytes()
    (directory / "x.log.2.gz").write_bytes(gzip.compress(content))
    (directory / "x.log.1").unlink()
    (directory / "x.log").rename(directory / "x.log.1")
    (directory / "x.log").write_bytes(b"")


@pytest.mark.parametrize("meanwhile", [_rotate, _compress])
@pytest.mark.parametrize("moment", range(4))
def test_rotation_meanwhile_neither_hides_a_line_nor_doubles_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Path], None], moment: int
) -> None:
    (tmp_path / "x.log").write_bytes(b"two\n")
    (tmp_path / "x.log.1").write_bytes(b"one\n")
    calls = 0
    open_one = log_files._open_one

    def between(*arguments: object) -> None:
        nonlocal calls
        if calls == moment:
            meanwhile(tmp_path)
        calls += 1
        open_one(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(log_files, "_open_one", between)
    with open_log(str(tmp_path / "x.log")) as files:
        lines = b""
        for file in files:
            with matching(file.descriptor, file.packing, file.name, None) as content:
                lines += content.read()
    assert lines.count(b"one\n") == 1
    assert lines.count(b"two\n") == 1


def test_texts_are_texts_and_not_patterns(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a.c\nabc\n\xff\0a.c\nA.C\n-e\n")
    with path.open("rb") as file:
        for texts, ignore_case, expected in (
            ([b"a.c"], False, b"a.c\n\xff\0a.c\n"),
            ([b"a.c"], True, b"a.c\n\xff\0a.c\nA.C\n"),
            ([b"-e"], False, b"-e\n"),
            ([b"z"], False, b""),
            ([], False, b""),
        ):
            with (
                Patterns(texts, ignore_case=ignore_case) as patterns,
                matching(file.fileno(), Packing.NONE, "x", patterns) as found,
            ):
                assert found.read() == expected


def test_what_follows_the_end_of_a_compressed_file_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"x\n") + b"rubbish")
    with (
        path.open("rb") as file,
        Patterns([b"x"]) as patterns,
        matching(file.fileno(), Packing.GZIP, "x.gz", patterns) as found,
    ):
        assert found.read() == b"x\n"


def test_a_file_that_ends_early_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"x\n" * 1000)[:-6])
    with (
        path.open("rb") as file,
        pytest.raises(DamagedLog, match="can't be read to its end"),
        matching(file.fileno(), Packing.GZIP, "x.gz", None) as found,
    ):
        found.read()


# What is listed, what lies in the directory besides, and what is read of it, the oldest first.
DATED = {
    "date in front": (
        "access.log",
        ["20261122-access.log.gz", "20261123-access.log", "access.log"],
        ["20261122-access.log.gz", "20261123-access.log", "access.log"],
    ),
    "the file of today is listed": (
        "20261123-access.log",
        ["20261121-access.log.xz", "20261122-access.log", "20261123-access.log"],
        ["20261121-access.log.xz", "20261122-access.log", "20261123-access.log"],
    ),
    "the file of tomorrow is listed": ("20261124-access.log", ["20261123-access.log"], ["20261123-access.log"]),
    "date between": (
        "access.20261123.log",
        ["access.20261122.log", "access.20261123.log"],
        ["access.20261122.log", "access.20261123.log"],
    ),
    "date behind": (
        "access_log.2026-11-23",
        ["access_log.2026-11-22", "access_log.2026-11-23"],
        ["access_log.2026-11-22", "access_log.2026-11-23"],
    ),
    "seconds behind, as of rotatelogs": (
        "access_log",
        ["access_log.1795392000", "access_log.1795478400"],
        ["access_log.1795392000", "access_log.1795478400"],
    ),
    "month first, as of vlogger": (
        "access.log",
        ["12312025-access.log", "01012026-access.log", "11232026-access.log"],
        ["12312025-access.log", "01012026-access.log", "11232026-access.log"],
    ),
    "other logs beside it": (
        "20261123-access.log",
        ["20261123-error.log", "12345678-access.log", "20261123-access.log", "x20261123-access.log"],
        ["20261123-access.log"],
    ),
}


@pytest.mark.parametrize("case", DATED)
def test_a_date_may_stand_anywhere_in_the_name(case: str, tmp_path: Path) -> None:
    listed, present, expected = DATED[case]
    for name in present:
        content = f"a line of {name}\n".encode()
        (tmp_path / name).write_bytes(lzma.compress(content) if name.endswith(".xz") else content)
        if name.endswith(".gz"):
            (tmp_path / name).write_bytes(gzip.compress(content))
    assert _names(tmp_path / listed) == expected


def test_what_may_be_a_date_in_another_way_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "access.log", "23112026-access.log", "20261323-access.log", "1-access.log", "x-access.log")
    assert passed_over(str(tmp_path / "access.log")) == [
        f"{tmp_path}/1-access.log", f"{tmp_path}/20261323-access.log", f"{tmp_path}/23112026-access.log",
    ]  # fmt: skip


@pytest.mark.parametrize("absolute", [False, True])
def test_a_link_to_the_file_of_today_is_no_file_of_its_own(tmp_path: Path, *, absolute: bool) -> None:
    _write(tmp_path, "20261122-access.log.gz", "20261123-access.log")
    (tmp_path / "access.log").symlink_to(tmp_path / "20261123-access.log" if absolute else "20261123-access.log")
    assert _names(tmp_path / "access.log") == ["20261122-access.log.gz", "20261123-access.log"]
    assert passed_over(str(tmp_path / "access.log")) == []


@pytest.mark.parametrize("target", ["other.log", "20261123-other.log", "../20261123-access.log", "access.log", "none"])
def test_a_link_that_leads_elsewhere_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "logs").mkdir()
    _write(tmp_path, "20261123-access.log")
    _write(tmp_path / "logs", "other.log", "20261123-other.log")
    (tmp_path / "logs" / "access.log").symlink_to(target)
    with pytest.raises(UnsafePath):
        _names(tmp_path / "logs" / "access.log")


@pytest.mark.parametrize("what", ["link", "fifo", "directory"])
def test_a_rotated_file_that_is_none_is_named_and_the_others_are_read(tmp_path: Path, what: str) -> None:
    _write(tmp_path, "elsewhere", "x.log", "x.log.1")
    path = tmp_path / "x.log.2"
    if what == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(path) if what == "fifo" else path.mkdir()
    assert _names(tmp_path / "x.log") == ["x.log.1", "x.log"]
    assert passed_over(str(tmp_path / "x.log")) == [str(path)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/l/access.log", "/l/access.log", True),
        ("/l/access.log", "/l//access.log.2.gz", True),
        ("/l/access.log", "/l/20261123-access.log", True),
        ("/l/20261122-access.log.gz", "/l/20261123-access.log", True),
        ("/l/access.2.log", "/l/access.log", True),
        ("/l/access-20261123.log.xz", "/l/access.log", True),
        ("/l/access.log", "/m/access.log", False),
        ("/l/access.log", "/l/xaccess.log", False),
        ("/l/a.example.log", "/l/b.example.log", False),
        ("/l/12345678-access.log", "/l/23456789-access.log", False),
    ],
)
def test_paths_of_one_log(one: str, other: str, *, same: bool) -> None:
    assert (rotation.same_log(one) == rotation.same_log(other)) is same


def test_no_file_is_read_twice() -> None:
    assert rotation.distinct(["/l/a.log", "/l//a.log", "/l/a.log.1", "/l/b.log"]) == ["/l/a.log", "/l/b.log"]
    assert rotation.distinct(["/l/a.log.1", "/l/a.log.2"]) == ["/l/a.log.1", "/l/a.log.2"]
    assert rotation.distinct(["/l/a.log.1", "/l/a.log"]) == ["/l/a.log"]
    assert rotation.distinct(["/l/20261123-a.log", "/l/20261122-a.log"]) == ["/l/20261123-a.log"]
