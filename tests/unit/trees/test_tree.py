# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees that mean harm: measured and packed by the real programs."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import find as find_
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import tar
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.find import Measured, measure
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.tar import (
    Told,
    blocks,
    pack,
    pack_listed,
    unquoted,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.tree import Top, leads_out, shown_name
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Incomplete, UnsafePath
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.files import open_directory, remove_tree
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import ItemExport, Reason
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores import _trees
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._trees import export_tree, open_tree
from ansible_collections.magmasoft.hosting.tests.unit.trees.hostile import (
    AWKWARD,
    STRANGER,
    content,
    delivered,
    give,
    make_awkward,
    make_deep,
    make_special,
    members,
)
from hypothesis import given
from hypothesis import strategies as st

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another's place")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory for a tree whose parents only root may enter."""
    made = tmp_path / "customer"
    made.mkdir()
    return made


def _deliver(place: Path, *without: str) -> Callable[[ItemExport], None]:
    def deliver(delivery: ItemExport) -> None:
        with open_tree(str(place), lambda _directory: STRANGER) as top:
            export_tree(top, delivery, "files.tar", without)

    return deliver


def _measure(place: Path) -> Measured:
    with open_tree(str(place), lambda _directory: STRANGER) as top:
        return measure(top)


def test_awkward_names_come_through_byte_by_byte(place: Path, tmp_path: Path) -> None:
    make_awkward(place)
    done = delivered(tmp_path / "bag", _deliver(give(place)))
    assert done.error is None
    assert done.left_out == []
    assert done.count == len(AWKWARD)
    assert {name: content(tmp_path / "bag/files.tar", name) for name in AWKWARD} == AWKWARD


def test_links_are_kept_and_nothing_special_is_opened(place: Path, tmp_path: Path) -> None:
    make_special(place)
    done = delivered(tmp_path / "bag", _deliver(give(place)))
    assert done.error is None
    found = members(tmp_path / "bag/files.tar")
    assert (found[b"shadow"].type, found[b"shadow"].linkname) == (tarfile.SYMTYPE, "/etc/shadow")
    assert (found[b"etc"].type, found[b"etc"].linkname) == (tarfile.SYMTYPE, "/etc")
    assert found[b"dangling"].linkname == "nowhere\n"
    assert found[b"fifo"].type == tarfile.FIFOTYPE
    assert b"socket" not in found
    assert {(one["what"], one["reason"]) for one in done.left_out} == {
        ("socket", Reason.SPECIAL),
        ("shadow", Reason.ELSEWHERE),
        ("etc", Reason.ELSEWHERE),
    }


def test_a_link_in_the_place_of_the_tree_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tree").symlink_to("/etc")
    done = delivered(tmp_path / "bag", _deliver(tmp_path / "tree"))
    assert isinstance(done.error, UnsafePath)
    assert done.files == []


@needs_root
@pytest.mark.parametrize("below", ["", "closed/"])
def test_hard_links_to_what_the_owner_cannot_read_are_named(place: Path, tmp_path: Path, below: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of somebody else")
    secret.chmod(0o600)
    (place / "closed").mkdir()
    (place / "mine").write_text("mine")
    give(place)
    # fs.protected_hardlinks forbids it to everybody but root
    os.link(secret, place / below / "theirs")
    (place / "closed").chmod(0)
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is None, done.error
    assert done.left_out == [{"what": f"{below}theirs", "reason": Reason.UNREADABLE}]
    assert b"of somebody else" not in (tmp_path / "bag/files.tar").read_bytes()
    assert content(tmp_path / "bag/files.tar", b"mine") == b"mine"
    assert list(_measure(place).left_out) == [(f"{below}theirs", Reason.UNREADABLE)]


def test_hard_links_within_the_tree_are_stored_and_counted_once(place: Path, tmp_path: Path) -> None:
    (place / "one").write_bytes(bytes(100_000))
    os.link(place / "one", place / "two")
    give(place)
    assert (_measure(place).count, _measure(place).bytes) == (2, 100_000)
    delivered(tmp_path / "bag", _deliver(place))
    assert sum(member.isfile() for member in members(tmp_path / "bag/files.tar").values()) == 1
    assert content(tmp_path / "bag/files.tar", b"two") == bytes(100_000)


@needs_root
@pytest.mark.parametrize("without", [(), ("tmp", "sessions")])
def test_the_number_of_a_removed_file_is_no_link(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: tuple[str, ...]
) -> None:
    """File systems give the number of a file that is gone to the next that is made."""
    for name in ("a-cache", "z", *without):
        (place / name).mkdir()
    page, config = place / "a-cache" / "page", place / "z" / "config"
    page.write_text("of the cache")
    config.write_text("former")
    (place / "b").write_bytes(os.urandom(16 << 20))
    give(place)
    number = page.stat().st_ino
    monkeypatch.setattr(tar, "_TAR", (*tar._TAR, "--sort=name"))

    def deliver(delivery: ItemExport) -> None:
        with open_tree(str(place), lambda _directory: STRANGER) as top, delivery.file("files.tar") as out:
            write = out.write

            def write_and_save_anew(data: bytes | memoryview) -> None:
                write(data)
                if page.exists() and b"of the cache" in bytes(data):
                    page.unlink()
                    (place / "z" / "new").write_text("new")
                    (place / "z" / "new").rename(config)

            monkeypatch.setattr(out, "write", write_and_save_anew)
            pack(top, out, without, limit=1 << 30)

    assert delivered(tmp_path / "bag", deliver).error is None
    if config.stat().st_ino != number:
        pytest.skip("this file system keeps the numbers of removed files for a while")
    assert content(tmp_path / "bag/files.tar", b"z/config") == b"new"


@needs_root
def test_what_its_owner_has_closed_is_read_by_root(place: Path, tmp_path: Path) -> None:
    """As a scanner sets to 000 what it finds: whoever asks for their data gets it, and it stays closed."""
    inner = place / "directory" / os.fsdecode(b"deeper\xff\n")
    inner.mkdir(parents=True)
    (place / "open.php").write_text("open")
    (place / "shell.php").write_text("found")
    (inner / ("n" * 150)).write_text("in a closed directory")
    (inner / "link").symlink_to("../../open.php")
    (inner / "out").symlink_to("/etc/shadow")
    os.mkfifo(inner / "fifo")
    give(place)
    for path in (place / "shell.php", place / "directory"):
        path.chmod(0)
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is None, done.error
    assert {(one["what"], one["reason"]) for one in done.left_out} == {
        ("directory/deeper\\xff\\n/fifo", Reason.SPECIAL),
        ("directory/deeper\\xff\\n/out", Reason.ELSEWHERE),
    }
    archive, below = tmp_path / "bag/files.tar", b"directory/deeper\xff\n/"
    assert content(archive, b"shell.php") == b"found"
    assert content(archive, b"open.php") == b"open"
    assert content(archive, below + b"n" * 150) == b"in a closed directory"
    found = members(archive)
    assert (found[b"shell.php"].mode, found[b"directory"].mode) == (0, 0)
    assert (found[b"shell.php"].uid, found[below + b"link"].linkname) == (STRANGER.uid, "../../open.php")
    assert stat.S_IMODE((place / "shell.php").stat().st_mode) == 0
    measured = _measure(place)
    assert (measured.count, done.count, measured.bytes) == (5, 5, 4 + 5 + 21)
    subprocess.run(["tar", "-xf", archive, "-C", unpacked(tmp_path)], check=True)
    assert (tmp_path / "unpacked/shell.php").read_text() == "found"


def unpacked(tmp_path: Path) -> Path:
    """Make a directory to unpack into."""
    (tmp_path / "unpacked").mkdir()
    return tmp_path / "unpacked"


@needs_root
def test_a_tree_that_its_owner_cannot_enter_is_a_failure(place: Path, tmp_path: Path) -> None:
    """It is no oddity within an item, but all of it."""
    (place / "file").write_text("of somebody else")
    place.chmod(0o700)
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is not None
    assert done.error.code == "unreadable"
    with pytest.raises(Incomplete):
        _measure(place)
    # one that it can't even enter, and is its own
    give(place)
    place.chmod(0)
    assert delivered(tmp_path / "own", _deliver(place)).error is None
    assert content(tmp_path / "own/files.tar", b"file") == b"of somebody else"


@needs_root
@pytest.mark.parametrize("is_directory", [False, True])
def test_what_is_closed_and_swapped_for_links_meanwhile_is_not_followed(
    place: Path, tmp_path: Path, *, is_directory: bool
) -> None:
    """Root opens it, so that a link in its place would lead anywhere."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "inner").write_text("of somebody else")
    outside.chmod(0o700)
    for number in range(50):
        if is_directory:
            (place / f"d{number}").mkdir()
            (place / f"d{number}" / "inner").write_text("mine")
        else:
            (place / f"d{number}").write_text("mine")
    give(place)
    for number in range(50):
        (place / f"d{number}").chmod(0)
    (place / "link").symlink_to(outside if is_directory else outside / "inner")
    # what is read belongs to the stranger, whatever leads there
    subprocess.run(["chown", "-R", str(STRANGER.uid), outside], check=True)

    _require_own(place, tmp_path)


@needs_root
def test_what_is_a_link_by_the_time_that_root_opens_it_is_not_followed(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "victim").write_text("mine")
    give(place)
    (place / "victim").chmod(0)
    secret = tmp_path / "secret"
    secret.write_text("of somebody else")
    # by its owner it could be theirs
    os.chown(secret, STRANGER.uid, STRANGER.gid)
    look = os.stat

    def look_and_swap(path: Any, **more: Any) -> os.stat_result:
        found = look(path, **more)
        if path == b"victim":
            (place / "victim").unlink()
            (place / "victim").symlink_to(secret)
        return found

    monkeypatch.setattr("os.stat", look_and_swap)
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is None, done.error
    assert ("victim", Reason.ELSEWHERE) in {(one["what"], one["reason"]) for one in done.left_out}
    assert b"of somebody else" not in (tmp_path / "bag/files.tar").read_bytes()


@pytest.mark.parametrize(
    ("target", "leads_out_"),
    [
        ("../x", False),
        ("../htdocs/x", False),
        ("../../x", True),
        ("/etc/shadow", True),
        ("{tree}/htdocs/x", False),
        ("{tree}x/htdocs", True),
        ("{tree}/../x", True),
        ("x/../../htdocs/y", False),
    ],
)
def test_links_that_lead_out_are_told(tmp_path: Path, target: str, *, leads_out_: bool) -> None:
    top = Top(-1, str(tmp_path), STRANGER)
    assert leads_out(top, b"./htdocs/link", target.format(tree=tmp_path).encode()) == leads_out_


@needs_root
def test_a_disk_that_fails_is_told_of_the_file(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be read to its end is filled up, so that the archive stays one."""
    (place / "closed").write_text("readable")
    (place / "other").write_text("other")
    give(place)
    (place / "closed").chmod(0)

    read = os.read

    def failing(descriptor: int, length: int) -> bytes:
        if length == len("readable"):
            raise OSError(errno.EIO, "Input/output error")
        return read(descriptor, length)

    monkeypatch.setattr("os.read", failing)
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is None, done.error
    assert done.left_out == [{"what": "closed", "reason": Reason.UNREADABLE}]
    assert content(tmp_path / "bag/files.tar", b"closed") == bytes(8)
    assert content(tmp_path / "bag/files.tar", b"other") == b"other"


def test_huge_sparse_files_are_stored_as_what_is_in_them(place: Path, tmp_path: Path) -> None:
    with (place / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)
        sparse.seek(1 << 39)
        sparse.write(b"in the middle")
    started = time.monotonic()
    done = delivered(tmp_path / "bag", _deliver(give(place)))
    assert done.error is None
    assert time.monotonic() - started < 5
    assert (tmp_path / "bag/files.tar").stat().st_size < 1 << 20
    assert _measure(place).bytes < 1 << 20
    assert members(tmp_path / "bag/files.tar")[b"sparse"].size == 1 << 40
    assert done.left_out == [{"what": "sparse", "reason": Reason.SPARSE}]


@needs_root
def test_a_huge_sparse_file_that_is_closed_is_left_out(place: Path, tmp_path: Path) -> None:
    with (place / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)
    give(place)
    (place / "sparse").chmod(0)
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is None, done.error
    assert ("sparse", Reason.UNREADABLE) in {(one["what"], one["reason"]) for one in done.left_out}


def test_a_file_with_a_hole_is_in_the_archive_as_it_looks(place: Path, tmp_path: Path) -> None:
    """7-Zip unpacks what GNU tar stores sparse as a map of the holes, and says nothing."""
    with (place / "app.sqlite").open("wb") as file:
        file.write(b"SQLite format 3\0")
        file.seek(5 << 20)
        file.write(b"END OF DATA")
    done = delivered(tmp_path / "bag", _deliver(give(place)))
    assert (done.error, done.left_out) == (None, [])
    with tarfile.open(tmp_path / "bag/files.tar") as archive:
        assert not any("GNU.sparse.major" in member.pax_headers for member in archive)
    # a reader that knows neither pax nor holes: the header of ustar, and what follows it
    whole = (tmp_path / "bag/files.tar").read_bytes()
    header = whole.index(b"./app.sqlite\0")
    assert int(whole[header + 124 : header + 135], 8) == (5 << 20) + 11
    assert whole[header + 512 :].startswith(b"SQLite format 3\0")
    assert whole[header + 512 + (5 << 20) :].startswith(b"END OF DATA")
    assert _measure(place).bytes == (5 << 20) + 11


def test_room_that_is_made_for_a_download_meanwhile_ends_nothing(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "download.part").write_bytes(b"begun")
    give(place)
    measured = measure

    def measure_and_enlarge(*arguments: Any) -> Measured:
        found = measured(*arguments)
        os.truncate(place / "download.part", 1 << 42)
        return found

    monkeypatch.setattr(find_, "_ROOM", 1 << 20)
    monkeypatch.setattr(f"{_trees.__name__}.measure", measure_and_enlarge)
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is None, done.error
    assert [one["reason"] for one in done.left_out] == [Reason.SPARSE]
    assert members(tmp_path / "bag/files.tar")[b"download.part"].size == 1 << 42


@pytest.mark.parametrize("mode", [0o755, pytest.param(0, marks=needs_root)], ids=["open", "closed"])
def test_trees_deeper_than_any_path_come_through(place: Path, tmp_path: Path, mode: int) -> None:
    make_deep(give(place), 100, "d" * 200)
    (place / ("d" * 200)).chmod(mode)
    try:
        done = delivered(tmp_path / "bag", _deliver(place, "tmp"))
        assert done.error is None
        assert done.count == 1
        assert content(tmp_path / "bag/files.tar", b"/".join([b"d" * 200] * 100 + [b"bottom"])) == b"deep"
    finally:
        parent = open_directory(str(place.parent))
        remove_tree(parent, place.name, shown="tree")
        os.close(parent)


def test_names_at_the_top_are_left_out_as_names_and_not_as_patterns(place: Path, tmp_path: Path) -> None:
    for name in ("tmp", "tmpx", "htdocs", ".hidden", "-x"):
        (place / name / "tmp").mkdir(parents=True)
        (place / name / "tmp" / "file").touch()
    done = delivered(tmp_path / "bag", _deliver(give(place), "tmp"))
    found = members(tmp_path / "bag/files.tar")
    assert {name for name in found if name.endswith(b"file")} == {
        name + b"/tmp/file" for name in (b"tmpx", b"htdocs", b".hidden", b"-x")
    }
    assert done.count == 4


def test_nothing_is_no_file(place: Path, tmp_path: Path) -> None:
    assert delivered(tmp_path / "bag", _deliver(give(place))).record()["outcome"] == "empty"


def test_times_that_no_calendar_knows_do_no_harm(place: Path, tmp_path: Path) -> None:
    for name, when in (("early", -(1 << 40)), ("late", 1 << 40)):
        (place / name).touch()
        os.utime(place / name, (when, when))
    assert delivered(tmp_path / "bag", _deliver(give(place))).record()["outcome"] == "delivered"


@contextmanager
def _meanwhile(action: Callable[[int], object]) -> Iterator[None]:
    """Do something again and again in another thread."""
    ended = threading.Event()

    def work() -> None:
        number = 0
        while not ended.is_set():
            action(number)
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _require_own(place: Path, tmp_path: Path) -> None:
    """Hand a tree out ten times while ``d0`` to ``d49`` take turns with ``link``; all that is read is its own."""

    def swap(number: int) -> None:
        victim = place / f"d{number % 50}"
        victim.rename(place / "aside")
        (place / "link").rename(victim)
        victim.rename(place / "link")
        (place / "aside").rename(victim)

    with _meanwhile(swap):
        for attempt in range(10):
            done = delivered(tmp_path / f"bag{attempt}", _deliver(place))
            assert done.error is None, done.error
            archive = tmp_path / f"bag{attempt}/files.tar"
            with tarfile.open(archive) as found:
                read = {found.extractfile(member).read() for member in found if member.isfile()}  # type: ignore[union-attr]
            assert read == {b"mine"}


def test_files_that_grow_for_ever_end(place: Path, tmp_path: Path) -> None:
    (place / "log").write_bytes(bytes(1 << 20))
    give(place)
    with (place / "log").open("ab") as log, _meanwhile(lambda _number: log.write(bytes(1 << 16))):
        done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is None
    assert (tmp_path / "bag/files.tar").stat().st_size < 1 << 28


@pytest.mark.parametrize("is_directory", [False, True])
def test_what_is_swapped_for_links_meanwhile_is_not_followed(
    place: Path, tmp_path: Path, *, is_directory: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "inner").write_text("of somebody else")
    target = outside if is_directory else outside / "inner"
    for number in range(50):
        if is_directory:
            (place / f"d{number}").mkdir()
            (place / f"d{number}" / "inner").write_text("mine")
        else:
            (place / f"d{number}").write_text("mine")
    give(place)
    (place / "link").symlink_to(target)

    _require_own(place, tmp_path)


def test_what_vanishes_is_told(place: Path, tmp_path: Path) -> None:
    heard: list[bytes] = []
    with open_tree(str(give(place)), lambda _directory: STRANGER) as top:
        (place / "there").touch()

        def deliver(delivery: ItemExport) -> None:
            with delivery.file("files.tar") as out:
                named = blocks([b"./there", b"./gone"])
                told = pack_listed(top, out, named, limit=1 << 20, packed=heard.append)
            assert heard == [b"./there", b""]
            assert list(told.left_out()) == [("gone", Reason.VANISHED)]

        assert delivered(tmp_path / "bag", deliver).error is None


def test_more_than_the_limit_ends_it(place: Path, tmp_path: Path) -> None:
    (place / "large").write_bytes(os.urandom(1 << 20))

    def deliver(delivery: ItemExport) -> None:
        with open_tree(str(give(place)), lambda _directory: STRANGER) as top, delivery.file("files.tar") as out:
            pack(top, out, limit=1 << 18)

    done = delivered(tmp_path / "bag", deliver)
    assert done.error is not None
    assert done.error.code == "grows"


@needs_root
def test_other_file_systems_are_named(place: Path, tmp_path: Path) -> None:
    (place / "mounted").mkdir()
    give(place)

    def pack_all(delivery: ItemExport) -> None:
        with open_tree(str(place), lambda _directory: STRANGER) as top, delivery.file("files.tar") as out:
            pack(top, out, limit=1 << 20)

    mounted = subprocess.run(["mount", "-t", "tmpfs", "none", str(place / "mounted")], check=False)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (place / "mounted" / "file").touch()
        (place / "mine").touch()
        done = delivered(tmp_path / "bag", _deliver(place))
        delivered(tmp_path / "other", pack_all)
        found = members(tmp_path / "bag/files.tar").keys() | members(tmp_path / "other/files.tar").keys()
    finally:
        subprocess.run(["umount", str(place / "mounted")], check=True)
    assert done.error is None
    assert done.left_out == [{"what": "mounted", "reason": Reason.ELSEWHERE}]
    assert b"mine" in found
    # what is mounted a moment later is left alone as well
    assert b"mounted/file" not in found


def test_gnu_tar_unpacks_it(place: Path, tmp_path: Path) -> None:
    make_awkward(place)
    (place / "link").symlink_to("/etc/shadow")
    delivered(tmp_path / "bag", _deliver(give(place)))
    (tmp_path / "unpacked").mkdir()
    subprocess.run(["tar", "-xf", tmp_path / "bag/files.tar", "-C", tmp_path / "unpacked"], check=True)
    same = subprocess.run(["diff", "--no-dereference", "-r", place, tmp_path / "unpacked"], check=False)
    assert same.returncode == 0


def test_a_program_that_is_not_there_is_named(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar, "_TAR", ("tar-that-is-not-there",))
    (place / "file").touch()
    done = delivered(tmp_path / "bag", _deliver(place))
    assert done.error is not None
    assert done.error.code == "service-unavailable"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'tar: "./a": File removed before we read it\n', Reason.VANISHED),
        (b'tar: "./a": file changed as we read it\n', Reason.CHANGED),
        (b'tar: "./a": File shrank by 17 bytes; padding with zeros\n', Reason.CHANGED),
        (b'tar: "./a": File shrank by 1 byte; padding with zeros\n', Reason.CHANGED),
        (b'tar: "./a": socket ignored\n', Reason.SPECIAL),
        (b'tar: "./a": Cannot open: Permission denied\n', Reason.UNREADABLE),
        (b'tar: "./a": Cannot stat: Input/output error\n', Reason.UNREADABLE),
        (b'tar: "./a": Read error at byte 0, while reading 512 bytes: Input/output error\n', Reason.UNREADABLE),
    ],
)
def test_messages_that_excuse(line: bytes, reason: Reason) -> None:
    told = Told()
    told.take(line)
    assert list(told.left_out()) == [("a", reason)]
    told.require_success(1, "tree")


@pytest.mark.parametrize(
    "line",
    [
        b'tar: "./a": Cannot open: Too many open files\n',
        b"tar: -: Wrote only 4096 of 65536 bytes\n",
        b'tar: "./a": file is on a different filesystem; not dumped\n',
        b"Segmentation fault\n",
        b'tar: "./a": Cannot stat: Permission denied: "./b": socket ignored\n',
    ],
)
def test_messages_that_do_not(line: bytes) -> None:
    told = Told()
    told.take(line)
    with pytest.raises(Incomplete):
        told.require_success(1, "tree")


@pytest.mark.parametrize("code", [2, 3, 127, -9])
def test_an_exit_code_without_a_message_is_a_failure(code: int) -> None:
    with pytest.raises(Incomplete):
        Told().require_success(code, "tree")


def test_many_names_are_counted() -> None:
    told = Told()
    for number in range(1000):
        told.take(b'tar: "./%d": socket ignored\n' % number)
    assert len(list(told.left_out())) == 101
    assert list(told.left_out())[-1] == ("(+ 900)", Reason.SPECIAL)


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_shown_names_are_one_printable_line(name: bytes) -> None:
    assert shown_name(name).isprintable()


@pytest.mark.skipif(shutil.which("tar") is None, reason="no tar")
def test_names_are_read_as_tar_quotes_them(tmp_path: Path) -> None:
    names = [bytes([one]) for one in range(1, 256) if one not in b"/."]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    done = subprocess.run(
        ["tar", "-cvf", "/dev/null", "--quoting-style=c", "."],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
    )
    assert {unquoted(line) for line in done.stdout.splitlines()} == {b"./", *(b"./" + name for name in names)}
