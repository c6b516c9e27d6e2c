# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and directories that customers may have touched."""

from __future__ import annotations

import errno
import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import files
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import UnsafePath
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.files import Ownership

MINE = Ownership(os.getuid(), os.getgid(), 0o640)
NOT_NAMES = ["", ".", "..", "a/b", "/etc", "../a", "a\0b"]


@pytest.fixture
def top(tmp_path: Path) -> Iterator[int]:
    """Return the temporary directory as a descriptor; nothing may be left open in the end."""
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with files.directory(str(tmp_path)) as descriptor:
        yield descriptor
    assert len(os.listdir("/proc/self/fd")) == before, "a descriptor was left open"  # noqa: PTH208


@pytest.fixture
def precious(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file outside of the tree, for links to point at."""
    path = tmp_path_factory.mktemp("outside") / "precious"
    path.write_text("precious")
    return path


def _read(top: int, name: str, limit: int = 100) -> bytes | None:
    return files.read_regular(top, name, shown=f"/shown/{name}", limit=limit)


# --- opening -------------------------------------------------------------------------------------------------------


def test_a_directory_is_opened_part_by_part(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with files.directory(f"{tmp_path}//a/b/") as descriptor:
        assert os.path.samestat(os.fstat(descriptor), (tmp_path / "a" / "b").stat())


@pytest.mark.parametrize("path", ["link/b", "a/link"])
def test_a_link_anywhere_in_a_path_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "a" / "link").symlink_to("b")
    with pytest.raises(UnsafePath, match="symbolic link"), files.directory(f"{tmp_path}/{path}"):
        pytest.fail("a link was followed")


def test_a_relative_path_is_refused() -> None:
    with pytest.raises(UnsafePath, match="not an absolute path"), files.directory("etc"):
        pytest.fail("opened")


def test_dots_in_a_path_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(UnsafePath, match="not a file name"), files.directory(f"{tmp_path}/a/../a"):
        pytest.fail("opened")


def test_a_file_is_no_directory_and_nothing_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnsafePath), files.directory(f"{tmp_path}/file"):
        pytest.fail("opened")
    with pytest.raises(FileNotFoundError), files.directory(f"{tmp_path}/none"):
        pytest.fail("opened")


def test_refused_paths_leave_no_descriptor_open(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _attempt in range(10):
        with pytest.raises(UnsafePath):
            files.open_directory(f"{tmp_path}/link")
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_lstat_does_not_follow(top: int, tmp_path: Path, precious: Path) -> None:
    (tmp_path / "link").symlink_to(precious)
    found = files.lstat(top, "link")
    assert found is not None
    assert stat.S_ISLNK(found.st_mode)
    assert files.lstat(top, "none") is None


# --- making --------------------------------------------------------------------------------------------------------


def test_a_directory_is_made_corrected_and_left_alone(top: int, tmp_path: Path) -> None:
    wanted = Ownership(os.getuid(), os.getgid(), 0o2750)
    assert files.ensure_directory(top, "new", wanted, shown="new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o2750
    assert not files.ensure_directory(top, "new", wanted, shown="new")
    (tmp_path / "new").chmod(0o777)
    assert files.ensure_directory(top, "new", wanted, shown="new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o2750


@pytest.mark.skipif(os.getuid() != 0, reason="giving files away takes root")
def test_the_owner_is_set_and_the_set_id_bits_survive(tmp_path: Path) -> None:
    """The kernel takes the set-id bits off a file that changes hands."""
    program = tmp_path / "program"
    program.write_text("")
    program.chmod(0o6755)
    wanted = Ownership(12345, 12346, 0o6755)
    with program.open() as handle:
        assert files.set_ownership(handle.fileno(), wanted)
        assert not files.set_ownership(handle.fileno(), wanted)
    found = program.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 12346, 0o6755)


@pytest.mark.parametrize("planted", ["link", "file", "dangling"])
def test_what_is_planted_where_a_directory_should_be_is_refused(
    top: int, tmp_path: Path, precious: Path, planted: str
) -> None:
    if planted == "file":
        (tmp_path / "new").write_text("")
    else:
        (tmp_path / "new").symlink_to(precious.parent if planted == "link" else "nowhere")
    mode = precious.parent.stat().st_mode
    with pytest.raises(UnsafePath, match="/shown/new"):
        files.ensure_directory(top, "new", Ownership(os.getuid(), os.getgid(), 0o777), shown="/shown/new")
    assert precious.parent.stat().st_mode == mode


@pytest.mark.parametrize("name", NOT_NAMES)
def test_only_plain_names_are_taken(top: int, name: str) -> None:
    with pytest.raises(UnsafePath, match="not a file name"):
        files.ensure_directory(top, name, MINE, shown="x")
    with pytest.raises(UnsafePath, match="not a file name"):
        files.write_beside(top, name, b"", MINE)
    with pytest.raises(UnsafePath, match="not a file name"):
        files.remove_tree(top, name, shown="x")
    with pytest.raises(UnsafePath, match="not a file name"):
        _read(top, name)


# --- reading -------------------------------------------------------------------------------------------------------


def test_a_file_is_read_up_to_the_limit(top: int, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert _read(top, "file", 5) == b"12345"
    assert _read(top, "none") is None
    with pytest.raises(UnsafePath, match="/shown/file: is larger than 4 bytes"):
        _read(top, "file", 4)


def test_a_sparse_terabyte_is_refused_at_once(top: int, tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as handle:
        handle.truncate(2**40)
    with pytest.raises(UnsafePath, match="larger than"):
        _read(top, "file")


def test_what_is_no_file_is_not_read(top: int, tmp_path: Path, precious: Path) -> None:
    (tmp_path / "link").symlink_to(precious)
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
    for name in ("link", "directory", "fifo", "socket"):
        with pytest.raises(UnsafePath, match=f"/shown/{name}: is"):
            _read(top, name)


# --- writing -------------------------------------------------------------------------------------------------------


def test_a_file_is_written_and_replaced(top: int, tmp_path: Path) -> None:
    files.write_beside(top, "file", b"one", MINE)
    files.write_beside(top, "file", b"two", MINE, sync=False)
    assert (tmp_path / "file").read_bytes() == b"two"
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
    assert os.listdir(top) == ["file"]


def test_a_link_is_replaced_not_followed(top: int, tmp_path: Path, precious: Path) -> None:
    (tmp_path / "file").symlink_to(precious)
    files.write_beside(top, "file", b"ours", MINE)
    assert not (tmp_path / "file").is_symlink()
    assert precious.read_text() == "precious"


def test_a_hard_link_is_parted_not_written_through(top: int, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("precious")
    (tmp_path / "file").hardlink_to(tmp_path / "other")
    files.write_beside(top, "file", b"ours", MINE)
    assert (tmp_path / "other").read_text() == "precious"


def test_readers_see_the_old_file_or_the_new_one(top: int, tmp_path: Path) -> None:
    contents = [bytes([65 + number]) * 200_000 for number in range(20)]
    files.write_beside(top, "file", contents[0], MINE, sync=False)
    seen: set[bytes] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.add((tmp_path / "file").read_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    for content in contents * 5:
        files.write_beside(top, "file", content, MINE, sync=False)
    done.set()
    watcher.join()
    assert seen <= set(contents)


@pytest.mark.parametrize("failing", ["fsync", "rename", "fchmod"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    top: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    (tmp_path / "file").write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space"):
        files.write_beside(top, "file", b"new", MINE)
    assert (tmp_path / "file").read_text() == "old"
    assert os.listdir(top) == ["file"]


def test_a_new_file_is_closed_to_others_until_it_is_ready(
    top: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []

    def note(descriptor: int, _wanted: Ownership) -> bool:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return False

    monkeypatch.setattr(files, "set_ownership", note)
    files.write_beside(top, "file", b"secret", MINE)
    assert modes == [0o600]
    assert (tmp_path / "file").exists()


def test_what_a_killed_run_left_is_swept_and_nothing_else(top: int, tmp_path: Path) -> None:
    for name in (".hosting-0123.new", ".hosting-4567.new", ".hosting-x", "x.new", "file"):
        (tmp_path / name).write_text("")
    (tmp_path / ".hosting-directory.new").mkdir()
    (tmp_path / ".hosting-link.new").symlink_to("file")
    assert sorted(files.sweep_temporary(top)) == [".hosting-0123.new", ".hosting-4567.new"]
    assert sorted(os.listdir(top)) == [
        ".hosting-directory.new",
        ".hosting-link.new",
        ".hosting-x",
        "file",
        "x.new",
    ]


# --- removing ------------------------------------------------------------------------------------------------------


def _remove(top: int, name: str = "tree") -> None:
    files.remove_tree(top, name, shown=f"/shown/{name}")


def test_nothing_is_removed_twice(top: int, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    _remove(top)
    _remove(top)
    assert os.listdir(top) == []


def test_a_tree_with_odd_names_and_types_is_removed(top: int, tmp_path: Path, precious: Path) -> None:
    tree = tmp_path / "tree"
    invalid = os.fsdecode(b"\xff\xfe")
    (tree / invalid / invalid).mkdir(parents=True)
    for name in (
        "new\nline",
        os.fsdecode(b"\xc3\x28"),
        f"{invalid}/{invalid}/{invalid}",
        "n" * 255,
        "-rf",
        " ",
        "\x1b[31m",
    ):
        (tree / name).write_text("")
    (tree / "link").symlink_to(precious)
    (tree / invalid / "link-to-directory").symlink_to(precious.parent)
    (tree / "hard-link").hardlink_to(precious)
    os.mkfifo(tree / "fifo")
    _remove(top)
    assert os.listdir(top) == []
    assert precious.read_text() == "precious"


def test_a_link_in_its_place_is_removed_not_followed(top: int, tmp_path: Path, precious: Path) -> None:
    (tmp_path / "tree").symlink_to(precious.parent)
    _remove(top)
    assert os.listdir(top) == []
    assert precious.exists()


def test_a_tree_deeper_than_any_path_is_removed(top: int) -> None:
    """5,000 levels of long names: neither PATH_MAX nor the recursion limit nor the number of descriptors matters."""
    os.mkdir("tree", dir_fd=top)
    current = os.open("tree", os.O_RDONLY | os.O_DIRECTORY, dir_fd=top)
    for level in range(5000):
        name = f"{level % 7}-{'d' * 100}"
        os.mkdir(name, dir_fd=current)
        with os.fdopen(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=current), "wb"):
            pass
        following = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=current)
        os.close(current)
        current = following
    os.close(current)
    _remove(top)
    assert os.listdir(top) == []


def test_a_wide_tree_is_removed(top: int, tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / "tree" / str(number) / "below").mkdir(parents=True)
    _remove(top)
    assert os.listdir(top) == []


def test_a_directory_swapped_for_a_link_gains_nothing(
    top: int, tmp_path: Path, precious: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swap happens after the directory was seen as one, and before it is opened: the worst moment."""
    (tmp_path / "tree" / "victim").mkdir(parents=True)
    opening = files.open_child_directory

    def swap(parent_fd: int, name: str, *, shown: str) -> int:
        if name == "victim":
            os.rmdir(name, dir_fd=parent_fd)
            os.symlink(precious.parent, name, dir_fd=parent_fd)
        return opening(parent_fd, name, shown=shown)

    monkeypatch.setattr(files, "open_child_directory", swap)
    with pytest.raises(UnsafePath, match="/shown/tree"):
        _remove(top)
    assert precious.read_text() == "precious"


def test_a_mounted_file_system_is_not_entered(top: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree" / "mounted").mkdir(parents=True)
    (tmp_path / "tree" / "mounted" / "file").write_text("precious")
    mounted = (tmp_path / "tree" / "mounted").stat().st_ino
    fstat = os.fstat

    def on_another_device(descriptor: int) -> os.stat_result:
        found = fstat(descriptor)
        if found.st_ino != mounted:
            return found
        values = list(found)
        values[2] += 1
        return os.stat_result(values)

    monkeypatch.setattr(os, "fstat", on_another_device)
    with pytest.raises(UnsafePath, match="mounted file system"):
        _remove(top)
    assert (tmp_path / "tree" / "mounted" / "file").read_text() == "precious"
