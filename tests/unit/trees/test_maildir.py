# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maildirs that are in use while they are packed: nothing that was there at the start is lost."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import random
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import dovecot_index
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.dovecot_index import Indexes
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.inotify import Watch
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.tar import blocks, pack_listed
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.tree import Top
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import ItemExport, Part, Reason
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Mailbox
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores import _maildir
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._maildir import MaildirPacker
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._trees import open_tree
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.mail_messages import MailMessages
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink
from ansible_collections.magmasoft.hosting.tests.unit.trees.hostile import delivered, give, members

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another's place")
ADDRESS = "office@alpenverein.example"
FOLDERS = (".", ".Sent", ".Archive.2026")


def _box(*, managed: bool = True, keep_copy: bool = True) -> Selection:
    mailbox = Mailbox(name=ADDRESS, customer="alpenverein", managed=managed, keep_copy=keep_copy)
    return Selection("alpenverein", (), (), (mailbox,), (), frozenset({ADDRESS}))


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """Return an empty Maildir with three folders."""
    top = tmp_path / "mail/alpenverein.example/office/Maildir"
    for folder in FOLDERS:
        for name in ("cur", "new", "tmp"):
            (top / folder / name).mkdir(parents=True)
    return top


def _fill(maildir: Path, number: int) -> set[bytes]:
    """Put messages into all folders and return what is in them."""
    for each in range(number):
        folder = FOLDERS[each % len(FOLDERS)]
        name = f"cur/{each}.M1.host,S=9:2,S" if each % 2 else f"new/{each}.M1.host,S=9"
        (maildir / folder / name).write_bytes(b"message %d" % each)
    return {b"message %d" % each for each in range(number)}


def _export(tmp_path: Path, selection: Selection) -> ItemExport:
    part = Part(DirectorySink(tmp_path / "bag"))
    _store(tmp_path).export([selection], {selection.customer: part})
    return part.exports[0]


def _store(tmp_path: Path) -> MailMessages:
    return MailMessages({"path": str(tmp_path / "mail/{domain}/{local}/Maildir")})


def _archive(tmp_path: Path) -> Path:
    return tmp_path / f"bag/mail/{ADDRESS}/maildir.tar"


def _messages(archive: Path) -> list[bytes]:
    """Return the contents of all messages of an archive."""
    with tarfile.open(archive, encoding="utf-8", errors="surrogateescape") as opened_:
        return [
            file.read()
            for member in opened_
            if _maildir.is_message(os.fsencode(member.name)) and (file := opened_.extractfile(member)) is not None
        ]


def test_what_is_data_is_delivered_and_what_is_not_is_told(maildir: Path, tmp_path: Path) -> None:
    wanted = _fill(maildir, 30)
    (maildir / "cur/99.M1.host:2,ST").write_bytes(b"deleted")
    (maildir / ".Sent/cur/98.M1.host:2,S").write_bytes(b"T is no flag of it")
    for name in (
        "dovecot-uidlist",
        "dovecot-keywords",
        "subscriptions",
        ".Sent/maildirfolder",
        ".Sent/dovecot-uidlist",
    ):
        (maildir / name).write_text("data")
    for name in ("dovecot.index", ".Sent/dovecot.index.log", "dovecot.list.index.log"):
        (maildir / name).write_text("labels, names of folders")
    for name in ("dovecot.index.cache", ".Sent/dovecot.index.cache", "maildirsize", "dovecot.mailbox.log"):
        (maildir / name).write_text("index")
    for name in ("tmp/97.M1.host", "dovecot-uidlist.lock"):
        (maildir / name).write_text("temporary")
    os.mkfifo(maildir / "fifo")
    give(tmp_path / "mail")
    done = _export(tmp_path, _box())
    assert done.error is None
    found = members(_archive(tmp_path))
    assert {b"dovecot-uidlist", b"dovecot-keywords", b"subscriptions", b".Sent/maildirfolder"} <= found.keys()
    assert {b"dovecot.index", b".Sent/dovecot.index.log", b"dovecot.list.index.log"} <= found.keys()
    assert not [name for name in found if b"cache" in name or b"mailbox.log" in name or b"maildirsize" in name]
    assert b"tmp/97.M1.host" not in found
    assert {b"tmp", b".Archive.2026/new"} <= found.keys()
    assert set(_messages(_archive(tmp_path))) == wanted | {b"deleted", b"T is no flag of it"}
    assert done.count == 32
    assert {entry["reason"]: entry["what"][-4:] for entry in done.left_out} == {
        Reason.INDEX: " (4)",
        Reason.TEMPORARY: " (2)",
        Reason.SPECIAL: " (1)",
    }
    told = json.loads((_archive(tmp_path).parent / "maildir.json").read_text())
    assert (told["messages"], told["deleted"]) == (32, 1)
    assert [folder["folder"] for folder in told["folders"]] == [".Archive.2026", ".Sent", "INBOX"]


class _Mover:
    """Somebody who reads, flags, moves and removes messages, all at once and without a pause."""

    def __init__(self, maildir: Path, seed: int, *, renames: bool) -> None:
        self._maildir = maildir
        self._random = random.Random(seed)
        self._renames = renames
        self._names = [
            str(path.relative_to(maildir))
            for path in maildir.rglob("*")
            if path.is_file() and path.parent.name != "tmp"
        ]
        self.moves = 0

    def move(self) -> None:
        """Move one message."""
        position = self._random.randrange(len(self._names))
        former = self._names[position]
        stem = Path(former).name.partition(":")[0]
        folder = self._random.choice(FOLDERS)
        flags = "".join(flag for flag in "FRST" if self._random.random() < 0.5)
        if self._renames:
            following = f"{folder}/cur/{stem}:2,{flags}"
            (self._maildir / former).rename(self._maildir / following)
        else:
            # as Dovecot moves: a new name first, then the old one goes
            following = f"{folder}/cur/{self._random.randrange(1 << 60)}.M9.host:2,{flags}"
            os.link(self._maildir / former, self._maildir / following)
            (self._maildir / former).unlink()
        self._names[position] = following
        self.moves += 1


@contextmanager
def _meanwhile(action: Callable[[], object]) -> Iterator[None]:
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            action()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("renames", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_while_messages_move(maildir: Path, tmp_path: Path, seed: int, *, renames: bool) -> None:
    wanted = _fill(maildir, 3000)
    give(tmp_path / "mail")
    mover = _Mover(maildir, seed, renames=renames)
    with _meanwhile(mover.move):
        done = _export(tmp_path, _box())
    assert done.error is None, done.error
    assert mover.moves > 100
    found = _messages(_archive(tmp_path))
    assert set(found) == wanted
    if renames:
        assert len(found) == len(wanted)


def test_messages_that_arrive_meanwhile_do_no_harm(maildir: Path, tmp_path: Path) -> None:
    wanted = _fill(maildir, 1000)
    give(tmp_path / "mail")
    numbers = iter(range(10_000_000))

    def arrive() -> None:
        name = f"n{next(numbers)}.M2.host"
        (maildir / "tmp" / name).write_bytes(b"arrived")
        (maildir / "tmp" / name).rename(maildir / "new" / name)

    with _meanwhile(arrive):
        done = _export(tmp_path, _box())
    assert done.error is None
    assert set(_messages(_archive(tmp_path))) >= wanted


def test_folders_that_are_renamed_meanwhile_lose_nothing(maildir: Path, tmp_path: Path) -> None:
    wanted = _fill(maildir, 3000)
    give(tmp_path / "mail")
    once = threading.Semaphore(6)
    pause = threading.Event()

    def rename() -> None:
        if once.acquire(blocking=False):
            (maildir / ".Sent").rename(maildir / ".Gesendet")
            pause.wait(0.01)
            (maildir / ".Gesendet").rename(maildir / ".Sent")
        pause.wait(0.005)

    with _meanwhile(rename):
        done = _export(tmp_path, _box())
    assert done.error is None, done.error
    assert set(_messages(_archive(tmp_path))) == wanted


class _Interrupted(MaildirPacker):
    """A packer after whose listing something happens, before tar comes to it."""

    action: Callable[[], object] = staticmethod(lambda: None)

    def _look(self, watch: Watch) -> None:
        super()._look(watch)
        type(self).action()
        type(self).action = staticmethod(lambda: None)


def _interrupted(maildir: Path, tmp_path: Path, action: Callable[[], object]) -> MaildirPacker:
    packers: list[MaildirPacker] = []
    give(tmp_path / "mail")
    _Interrupted.action = staticmethod(action)

    def deliver(delivery: ItemExport) -> None:
        with open_tree(str(maildir)) as top, delivery.file("maildir.tar") as out:
            packers.append(_Interrupted(top))
            packers[0].pack(out)

    done = delivered(tmp_path / "bag", deliver)
    assert done.error is None, done.error
    return packers[0]


def test_a_message_that_was_renamed_before_its_turn_is_found(maildir: Path, tmp_path: Path) -> None:
    (maildir / "new/1.M1.host").write_bytes(b"one")

    def rename() -> None:
        (maildir / "new/1.M1.host").rename(maildir / ".Sent/cur/1.M1.host:2,S")

    packer = _interrupted(maildir, tmp_path, rename)
    assert packer.packed == {b"./.Sent/cur/1.M1.host:2,S"}
    assert packer.gone == 0


def test_a_copy_that_came_meanwhile_is_handed_over_too(maildir: Path, tmp_path: Path) -> None:
    """The index that is read afterwards may say already that the original goes."""
    (maildir / "cur/1.M1.host:2,").write_bytes(b"one")
    (maildir / "dovecot.index.log").write_bytes(b"1 goes")

    def copy() -> None:
        (maildir / ".Sent/cur/2.M1.host:2,").hardlink_to(maildir / "cur/1.M1.host:2,")

    packer = _interrupted(maildir, tmp_path, copy)
    assert packer.packed == {b"./cur/1.M1.host:2,", b"./.Sent/cur/2.M1.host:2,"}
    assert list(members(tmp_path / "bag/maildir.tar"))[-1] == b".Sent/cur/2.M1.host:2,"


def test_two_messages_of_one_name_are_two(maildir: Path, tmp_path: Path) -> None:
    (maildir / "cur/1.M1.host:2,").write_bytes(b"one")
    (maildir / ".Sent/cur/1.M1.host:2,").write_bytes(b"other")

    def rename() -> None:
        (maildir / ".Sent/cur/1.M1.host:2,").rename(maildir / ".Sent/cur/1.M1.host:2,S")

    _interrupted(maildir, tmp_path, rename)
    assert sorted(_messages(tmp_path / "bag/maildir.tar")) == [b"one", b"other"]


def test_the_number_of_a_removed_message_is_no_link(maildir: Path, tmp_path: Path) -> None:
    """A message that is moved by copying may get the number of one that was expunged a moment ago."""
    for number in range(3):
        (maildir / f"cur/{number}.M1.host:2,").write_bytes(b"message %d" % number)
    listed = sorted(maildir.glob("cur/*"), key=lambda path: path.name)
    give(tmp_path / "mail")
    heard: list[bytes] = []

    def move(path: bytes) -> None:
        if not heard:
            listed[0].unlink()
            copy = maildir / ".Sent/cur/2.M1.host:2,"
            copy.write_bytes(listed[2].read_bytes())
            listed[2].unlink()
        heard.append(path)

    def names() -> Iterator[bytes]:
        yield from blocks([b"./cur/0.M1.host:2,"])
        while not heard:
            threading.Event().wait(0.01)
        yield from blocks([b"./.Sent/cur/2.M1.host:2,", b"./cur/1.M1.host:2,"])

    number = listed[0].stat().st_ino

    def deliver(delivery: ItemExport) -> None:
        with open_tree(str(maildir)) as top, delivery.file("maildir.tar") as out:
            pack_listed(top, out, names(), limit=1 << 20, packed=move)

    assert delivered(tmp_path / "bag", deliver).error is None
    if (maildir / ".Sent/cur/2.M1.host:2,").stat().st_ino != number:
        pytest.skip("this file system keeps the numbers of removed files for a while")
    assert sorted(_messages(tmp_path / "bag/maildir.tar")) == [b"message 0", b"message 1", b"message 2"]


def test_messages_of_two_names_are_two(maildir: Path, tmp_path: Path) -> None:
    """Dovecot copies a message to another folder by a link."""
    (maildir / "cur/1.M1.host:2,").write_bytes(b"one")
    (maildir / ".Sent/cur/2.M1.host:2,").hardlink_to(maildir / "cur/1.M1.host:2,")
    give(tmp_path / "mail")
    assert _export(tmp_path, _box()).error is None
    assert _messages(_archive(tmp_path)) == [b"one", b"one"]
    assert all(member.isreg() for name, member in members(_archive(tmp_path)).items() if name.endswith(b"host:2,"))


def test_a_message_that_was_removed_is_told(maildir: Path, tmp_path: Path) -> None:
    (maildir / "cur/1.M1.host:2,").write_bytes(b"one")
    (maildir / "cur/2.M1.host:2,").write_bytes(b"two")
    packer = _interrupted(maildir, tmp_path, (maildir / "cur/1.M1.host:2,").unlink)
    assert packer.gone == 1
    assert packer.packed == {b"./cur/2.M1.host:2,"}


def test_a_folder_that_is_renamed_before_its_turn_is_found(maildir: Path, tmp_path: Path) -> None:
    (maildir / ".Sent/cur/1.M1.host:2,").write_bytes(b"one")

    def rename() -> None:
        (maildir / ".Sent").rename(maildir / ".Gesendet")

    packer = _interrupted(maildir, tmp_path, rename)
    assert packer.packed == {b"./.Gesendet/cur/1.M1.host:2,"}


def test_a_folder_that_comes_while_everything_is_listed_is_watched(
    maildir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maildir / ".Sent/cur/1.M1.host:2,").write_bytes(b"one")
    give(tmp_path / "mail")
    times: list[int] = []
    listing = _maildir.list_maildir

    def listed(top: Top) -> _maildir.Listing:
        found = listing(top)
        if not times:
            # it was not there when the listing passed, and the message is where it was no more
            (maildir / ".New/cur").mkdir(parents=True)
            (maildir / ".Sent/cur/1.M1.host:2,").rename(maildir / ".New/cur/1.M1.host:2,")
        times.append(len(found.messages))
        return found

    monkeypatch.setattr(_maildir, "list_maildir", listed)
    assert _export(tmp_path, _box()).error is None
    assert _messages(_archive(tmp_path)) == [b"one"]
    assert len(times) > 1


def test_events_that_were_lost_are_made_up_for(maildir: Path, tmp_path: Path) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    (maildir / "cur/1.M1.host:2,").write_bytes(b"one")

    def much() -> None:
        for number in range(limit // 2 + 10):
            (maildir / "tmp/x").rename(maildir / f"tmp/{number}")
            (maildir / f"tmp/{number}").rename(maildir / "tmp/x")
        (maildir / "cur/1.M1.host:2,").rename(maildir / ".Sent/cur/1.M1.host:2,S")

    (maildir / "tmp/x").touch()
    assert _interrupted(maildir, tmp_path, much).packed == {b"./.Sent/cur/1.M1.host:2,S"}


def test_links_in_a_maildir_are_kept_as_links(maildir: Path, tmp_path: Path) -> None:
    (maildir / "cur/1.M1.host:2,").symlink_to("/etc/shadow")
    (maildir / ".Shared").symlink_to("/etc")
    give(tmp_path / "mail")
    assert _export(tmp_path, _box()).error is None
    found = members(_archive(tmp_path))
    assert (found[b"cur/1.M1.host:2,"].linkname, found[b".Shared"].linkname) == ("/etc/shadow", "/etc")


def test_a_folder_on_another_disk_is_told(maildir: Path, tmp_path: Path) -> None:
    """Dovecot follows the link that the operator has laid, and we do not."""
    (maildir / "cur/1.M1.host:2,").write_bytes(b"one")
    (maildir / ".Sent").rename(tmp_path / "big")
    (maildir / ".Sent").symlink_to(tmp_path / "big")
    (maildir / ".Gesendet").symlink_to(".Archive.2026")
    give(tmp_path / "mail")
    done = _export(tmp_path, _box())
    assert (done.error, done.count) == (None, 1)
    assert done.left_out == [{"what": ".Sent", "reason": Reason.ELSEWHERE}]
    (measurement,) = _store(tmp_path).measure([_box()])
    assert (measurement["error"], measurement["left_out"]) == (None, done.left_out)


@needs_root
def test_a_message_that_cannot_be_read_is_named(maildir: Path, tmp_path: Path) -> None:
    wanted = _fill(maildir, 3)
    give(tmp_path / "mail")
    (maildir / "cur/9.M1.host:2,").touch(0o600)
    done = _export(tmp_path, _box())
    assert done.error is None, done.error
    assert done.left_out == [{"what": "cur/9.M1.host:2,", "reason": Reason.UNREADABLE}]
    assert set(_messages(_archive(tmp_path))) == wanted
    (measurement,) = _store(tmp_path).measure([_box()])
    assert (measurement["count"], measurement["left_out"]) == (3, done.left_out)


@needs_root
def test_what_is_closed_to_its_owner_is_read_by_root(maildir: Path, tmp_path: Path) -> None:
    wanted = _fill(maildir, 30)
    give(tmp_path / "mail")
    for path in (maildir / ".Sent", *(maildir / ".Archive.2026/cur").iterdir()):
        path.chmod(0)
    done = _export(tmp_path, _box())
    assert done.error is None, done.error
    assert (done.left_out, done.count) == ([], 30)
    assert sorted(_messages(_archive(tmp_path))) == sorted(wanted)
    told = json.loads((_archive(tmp_path).parent / "maildir.json").read_text())
    assert [folder["messages"] for folder in told["folders"]] == [10, 10, 10]


@pytest.mark.parametrize(
    ("beginning", "what", "reason"),
    [
        (gzip.compress(b"Subject: a\n\ntext\n", mtime=0), "gzip (1)", Reason.COMPRESSED),
        (bz2.compress(b"Subject: a\n\ntext\n"), "bzip2 (1)", Reason.COMPRESSED),
        (lzma.compress(b"Subject: a\n\ntext\n"), "xz (1)", Reason.COMPRESSED),
        (b"\x28\xb5\x2f\xfd\x04\x00", "zstd (1)", Reason.COMPRESSED),
        (b"Dovecot-LZ4\x0d\x2a\x9b\xc5\0\0", "lz4 (1)", Reason.COMPRESSED),
        (b"CRYPTED\x03\x07\x02\x02", "mail_crypt (1)", Reason.ENCRYPTED),
    ],
)
def test_messages_that_are_not_plain_are_told(
    maildir: Path, tmp_path: Path, beginning: bytes, what: str, reason: Reason
) -> None:
    """Mail programs do not read them, though all are there."""
    _fill(maildir, 9)
    # a name that has no room in a header of tar
    folder = maildir / ("." + "Ordner" * 30) / "cur"
    folder.mkdir(parents=True)
    (folder / "1764500000.M1P1.mail,S=17,W=20:2,S").write_bytes(beginning)
    # what is no message may well be packed
    (maildir / "fts.gz").write_bytes(beginning)
    give(tmp_path / "mail")
    done = _export(tmp_path, _box())
    assert (done.error, done.count) == (None, 10)
    assert done.left_out == [{"what": what, "reason": reason}]
    assert beginning in _messages(_archive(tmp_path))


def test_labels_whose_names_are_elsewhere_are_told(maildir: Path, tmp_path: Path) -> None:
    """As Dovecot keeps them with CONTROL= in another directory."""
    (maildir / "cur/1.M1.host:2,Sab").write_bytes(b"one")
    (maildir / ".Sent/cur/2.M1.host:2,Sa").write_bytes(b"two")
    (maildir / ".Sent/dovecot-keywords").write_text("0 label\n")
    (maildir / ".Archive.2026/cur/3.M1.host:2,S").write_bytes(b"three")
    give(tmp_path / "mail")
    done = _export(tmp_path, _box())
    assert done.error is None
    assert done.left_out == [{"what": "INBOX: dovecot-keywords", "reason": Reason.ELSEWHERE}]


@pytest.mark.parametrize(
    "names",
    [
        ["mailboxes/INBOX/dbox-Mails/u.1", "mailboxes/INBOX/dbox-Mails/dovecot.index"],
        ["storage/m.1", "storage/dovecot.map.index", "cur/1.M1.host:2,"],
        ["INBOX", "Sent"],
    ],
    ids=["sdbox", "mdbox", "mbox"],
)
def test_what_is_no_maildir_is_a_failure(tmp_path: Path, names: list[str]) -> None:
    top = tmp_path / "mail/alpenverein.example/office/Maildir"
    for name in names:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("mail")
    give(tmp_path / "mail")
    done = _export(tmp_path, _box())
    assert done.error is not None
    assert (done.error.code, done.files) == ("no-maildir", [])
    (measurement,) = _store(tmp_path).measure([_box()])
    assert measurement["error"] is not None


def test_a_maildir_before_the_first_message_is_one(tmp_path: Path) -> None:
    top = tmp_path / "mail/alpenverein.example/office/Maildir"
    top.mkdir(parents=True)
    for name in ("dovecot-uidlist", "dovecot.index.log", "subscriptions"):
        (top / name).touch()
    give(tmp_path / "mail")
    assert _export(tmp_path, _box()).error is None


@pytest.mark.parametrize("keeps", ["keep_copy: false", "an alias"])
def test_mail_from_before_is_delivered(maildir: Path, tmp_path: Path, keeps: str) -> None:
    """An address that only forwards by now, and an alias that was a mailbox before: they hold mail all the same."""
    wanted = _fill(maildir, 3)
    give(tmp_path / "mail")
    if keeps == "an alias":
        boxes = Mailbox(name="board@alpenverein.example", customer="alpenverein", aliases=(ADDRESS,))
        selection = Selection("alpenverein", (), (), (boxes,), (), frozenset({ADDRESS, boxes.name}))
    else:
        selection = _box(keep_copy=False)
    part = Part(DirectorySink(tmp_path / "bag"))
    _store(tmp_path).export([selection], {"alpenverein": part})
    delivered_ = {one.item: one.record()["outcome"] for one in part.exports}
    assert delivered_[ADDRESS] == "delivered"
    assert set(_messages(_archive(tmp_path))) == wanted
    assert {one["item"]: one["count"] for one in _store(tmp_path).measure([selection])} == {ADDRESS: 3}


def test_a_link_in_the_place_of_what_nobody_expects_is_told(maildir: Path, tmp_path: Path) -> None:
    """Operators lay one from an alias to the mailbox; it must not stop the export."""
    _fill(maildir, 3)
    (maildir.parents[1] / "info").symlink_to("office")
    give(tmp_path / "mail")
    box = Mailbox(name=ADDRESS, customer="alpenverein", aliases=("info@alpenverein.example",))
    selection = Selection("alpenverein", (), (), (box,), (), frozenset({ADDRESS, *box.aliases}))
    part = Part(DirectorySink(tmp_path / "bag"))
    _store(tmp_path).export([selection], {"alpenverein": part})
    told = {one.item: (one.record()["outcome"], one.left_out) for one in part.exports}
    linked = {"what": "info@alpenverein.example", "reason": Reason.ELSEWHERE}
    assert told == {ADDRESS: ("delivered", []), "info@alpenverein.example": ("empty", [linked])}


def test_places_by_customer_and_user(tmp_path: Path) -> None:
    """As panels have them: /home/<user>/mail/<domain>/<local>, /var/customers/mail/<customer>/<address>."""
    for template, place in (
        ("{user}/mail/{domain}/{local}", f"alt/mail/{ADDRESS.partition('@')[2]}/office"),
        ("mail/{customer}/{address}", f"mail/alpenverein/{ADDRESS}"),
    ):
        (tmp_path / place / "cur").mkdir(parents=True)
        (tmp_path / place / "cur/1.M1.host:2,").write_bytes(b"one")
        selection = replace(_box(managed=False), user="alt")
        store = MailMessages({"path": f"{tmp_path}/{template}"})
        (measurement,) = store.measure([selection])
        assert (measurement["count"], measurement["place"]) == (1, f"{tmp_path}/{place}")


@pytest.mark.parametrize(
    ("selection", "outcome"),
    [(_box(), "empty"), (_box(managed=False), "failed")],
)
def test_no_maildir_is_fine_for_an_address_of_ours_alone(tmp_path: Path, selection: Selection, outcome: str) -> None:
    (tmp_path / "mail").mkdir()
    assert _export(tmp_path, selection).record()["outcome"] == outcome


def test_what_is_held_is_told(maildir: Path, tmp_path: Path) -> None:
    _fill(maildir, 30)
    (maildir / "dovecot-uidlist").write_text("3 V1\n")
    give(tmp_path / "mail")
    (measurement,) = _store(tmp_path).measure([_box()])
    assert (measurement["count"], measurement["error"]) == (30, None)
    assert measurement["bytes"] == sum(len(b"message %d" % each) for each in range(30)) + 5


@pytest.mark.parametrize("place", [{}, {"path": "Maildir"}, {"path": "/srv/{login}"}, {"path": "/a", "x": 1}])
def test_places_that_mean_nothing_are_refused(place: dict[str, object]) -> None:
    with pytest.raises(ItemRefused, match=r"hosting_stores\.mail_messages"):
        MailMessages(place)


def _dovecot_can_write(log: Path) -> bool:
    """Tell whether another program may lock an index for writing."""
    asked = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    done = subprocess.run([sys.executable, "-c", asked, str(log)], check=False, capture_output=True)
    return done.returncode == 0


def test_dovecot_writes_no_index_while_it_is_read(maildir: Path) -> None:
    log = maildir / ".Sent/dovecot.index.log"
    log.write_bytes(b"log")
    with open_tree(str(maildir)) as top:
        with Indexes(top).held(b"./.Sent"):
            assert not _dovecot_can_write(log)
        assert _dovecot_can_write(log)


@pytest.mark.parametrize("way", ["no folder", "no index", "a link", "a FIFO", "a link to a folder"])
def test_what_is_no_index_is_left_alone(maildir: Path, tmp_path: Path, way: str) -> None:
    other = tmp_path / "dovecot.index.log"
    other.write_bytes(b"somebody else's")
    log = maildir / ".Sent/dovecot.index.log"
    if way == "a link":
        log.symlink_to(other)
    elif way == "a FIFO":
        os.mkfifo(log)
    elif way == "a link to a folder":
        (maildir / ".Linked").symlink_to(tmp_path)
    folders = {"no folder": b"./.Gone", "a link to a folder": b"./.Linked"}
    with open_tree(str(maildir)) as top, Indexes(top).held(folders.get(way, b"./.Sent")):
        assert _dovecot_can_write(other)


def test_who_keeps_indexes_locked_does_not_keep_us(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dovecot_index, "_WAIT_SECONDS", 0.05)
    log = maildir / "dovecot.index.log"
    log.write_bytes(b"log")
    keep = (
        "import fcntl, sys; log = open(sys.argv[1], 'r+b'); fcntl.lockf(log, fcntl.LOCK_EX); print(flush=True); input()"
    )
    with (
        subprocess.Popen(
            [sys.executable, "-c", keep, str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as keeper,
        open_tree(str(maildir)) as top,
    ):
        assert keeper.stdout is not None
        keeper.stdout.readline()
        waits: list[float] = []
        monkeypatch.setattr("time.sleep", waits.append)
        indexes = Indexes(top)
        for _folder in range(100):
            with indexes.held(b"."):
                pass
        keeper.communicate(b"\n")
    assert 1 <= len(waits) < 10
