# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees as somebody makes them who means harm, and what came of packing them."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ansible_collections.magmasoft.hosting.plugins.module_utils._core.process import Identity
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import ItemExport, Part
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink

# Somebody without rights: tests run as root in the lab, and as anybody elsewhere.
STRANGER = Identity(65533, 65533) if os.geteuid() == 0 else Identity(os.geteuid(), os.getegid())
AWKWARD = {
    b"new\nline": b"1",
    b"\xff\xfe not UTF-8": b"2",
    b"n" * 255: b"3",
    b'q"uo\\te: Cannot open: no': b"4",
    b"-rf": b"5",
    b"tar: x: Cannot open: Permission denied\ntar: y: Cannot open: Permission denied": b"6",
    "\u202eevil".encode(): b"7",
    b"{}*?[a]": b"8",
}


def give(path: Path) -> Path:
    """Make a tree the stranger's."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-hR", f"{STRANGER.uid}:{STRANGER.gid}", str(path)], check=True)
    return path


def make_awkward(top: Path) -> None:
    """Fill a directory with names that programs take amiss."""
    for name, content in AWKWARD.items():
        Path(os.fsdecode(os.fsencode(top) + b"/" + name)).write_bytes(content)


def make_special(top: Path) -> None:
    """Add what is neither file nor directory."""
    os.mkfifo(top / "fifo")
    (top / "shadow").symlink_to("/etc/shadow")
    (top / "etc").symlink_to("/etc")
    (top / "dangling").symlink_to("nowhere\n")
    # paths of sockets are short
    former = Path.cwd()
    try:
        os.chdir(top)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("socket")
    finally:
        os.chdir(former)
    with suppress(PermissionError):
        os.mknod(top / "null", 0o020666, os.makedev(1, 3))


def make_deep(top: Path, levels: int, name: str) -> None:
    """Make a chain of directories, far longer than a path may be, with a file at its bottom."""
    current = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    for _level in range(levels):
        os.mkdir(name, 0o755, dir_fd=current)
        following = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=current)
        if os.geteuid() == 0:
            os.fchown(following, STRANGER.uid, STRANGER.gid)
        os.close(current)
        current = following
    bottom = os.open("bottom", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=current)
    os.write(bottom, b"deep")
    os.close(bottom)
    os.close(current)


def delivered(place: Path, deliver: Callable[[ItemExport], None]) -> ItemExport:
    """Run what delivers into a directory, and return the delivery."""
    with Part(DirectorySink(place)).exporting("kind", "item") as delivery:
        deliver(delivery)
    return delivery


def members(archive: Path) -> dict[bytes, tarfile.TarInfo]:
    """Return what is in an archive, by name."""
    with tarfile.open(archive, encoding="utf-8", errors="surrogateescape") as opened:
        return {os.fsencode(member.name.removeprefix("./")): member for member in opened}


def content(archive: Path, name: bytes) -> bytes:
    """Return a file of an archive."""
    with tarfile.open(archive, encoding="utf-8", errors="surrogateescape") as opened:
        file = opened.extractfile("./" + os.fsdecode(name)) or io.BytesIO()
        return file.read()
