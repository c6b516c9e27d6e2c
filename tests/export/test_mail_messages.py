# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes of a real Dovecot, handed over while it moves messages, and read by it from another Maildir."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.export.laid_out import laid_out
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

CUSTOMER, ONE, TWO = "maildirs", "one@maildirs.example", "two@maildirs.example"
ROOT = "/srv/mail/maildirs/maildirs.example"
STORES = {"mail_messages": {"path": "/srv/mail/{customer}/{domain}/{local}/Maildir"}}
MESSAGES = 2000
_SUBJECT = {"customer": CUSTOMER, "mailboxes": [{"name": ONE}]}
_FILL = f"""
import os, pathlib
new = pathlib.Path("{ROOT}/one/Maildir/new")
for number in range({MESSAGES}):
    path = new / f"{{1700000000 + number}}.M{{number}}P1.lab"
    path.write_text(f"Subject: number {{number}}\\nMessage-ID: <{{number}}@lab>\\n\\n" + "text\\n" * number)
    os.chown(path, new.stat().st_uid, new.stat().st_gid)
"""
_MOVE = f"""
touch /run/moving
while [ -e /run/moving ]; do
    doveadm move -u {ONE} Archive mailbox INBOX 1:300
    doveadm flags add -u {ONE} '\\Flagged' mailbox Archive 1:500
    doveadm move -u {ONE} INBOX mailbox Archive 1:400
    doveadm flags remove -u {ONE} '\\Flagged' mailbox INBOX 100:600
    echo moved >>/run/moved
done
"""


@pytest.fixture
def mailboxes(host: Host, directory_base: str) -> Iterator[None]:
    """Hold an address with a full mailbox of three folders, and one with an empty one."""
    directory = {"base": directory_base}
    boxes = [{"name": name, "customer": CUSTOMER, "chat": False} for name in (ONE, TWO)]
    gone = [{**box, "state": "absent"} for box in boxes]
    try:
        for module, arguments in (
            ("customer_account", {"customers": [{"name": CUSTOMER, "customer": CUSTOMER}]}),
            ("mailbox", {"mailboxes": boxes}),
        ):
            made = host.module(module, {"directory": directory, **arguments})
            assert not made.get("failed"), made
        for folder in ("Archive", "Entw&APw-rfe", "Archive.2026"):
            for name in (ONE, TWO):
                host.run("doveadm", "mailbox", "create", "-u", name, "-s", folder, check=False)
        host.run("python3", "-c", _FILL)
        yield
    finally:
        host.run("rm", "-f", "/run/moving", "/run/moved")
        host.run("rm", "-rf", ROOT)
        host.module("mailbox", {"directory": directory, "mailboxes": gone})


def _read(host: Host, user: str, fields: str) -> list[str]:
    """Return what Dovecot reads of each message, in no order."""
    return sorted(host.run("doveadm", "-f", "tab", "fetch", "-u", user, fields, "ALL").splitlines()[1:])


def _hand_to(host: Host, user: str, archive: str) -> None:
    """Put an archive in the place of somebody's Maildir."""
    local = user.partition("@")[0]
    host.run("rm", "-rf", f"{ROOT}/{local}/Maildir")
    host.run("mkdir", f"{ROOT}/{local}/Maildir")
    host.run("tar", "-xf", archive, "-C", f"{ROOT}/{local}/Maildir")


@pytest.mark.usefixtures("mailboxes")
def test_another_dovecot_reads_it_as_it_was(host: Host) -> None:
    host.run("doveadm", "move", "-u", ONE, "Archive", "mailbox", "INBOX", "1:100")
    host.run("doveadm", "flags", "add", "-u", ONE, "\\Deleted \\Seen keyword", "mailbox", "INBOX", "1:50")
    # more than a Maildir has letters for: those beyond stand in Dovecot's index alone
    labels = [f"label{number:02}" for number in range(30)]
    host.run("doveadm", "flags", "add", "-u", ONE, " ".join(labels), "mailbox", "INBOX", "51:80")
    with laid_out(host, _SUBJECT, STORES) as part:
        delivery = part.exports["mail_messages", ONE]
        place = f"{part.data}/mail/{ONE}"
        told: dict[str, Any] = json.loads(host.run("cat", f"{place}/maildir.json"))
        _hand_to(host, TWO, f"{place}/maildir.tar")
    assert (delivery["count"], told["messages"], told["deleted"]) == (MESSAGES, MESSAGES, 50)
    assert "index" in {entry["reason"] for entry in delivery["left_out"]}
    fields = "mailbox uid flags date.received size.physical hdr.message-id body"
    assert _read(host, TWO, fields) == _read(host, ONE, fields)
    assert sum(set(labels) <= set(line.split()) for line in _read(host, TWO, "flags")) == 30
    subscribed = ("doveadm", "mailbox", "list", "-s", "-u")
    assert host.run(*subscribed, TWO) == host.run(*subscribed, ONE)


@contextmanager
def _moving(host: Host) -> Iterator[None]:
    """Let Dovecot move messages to and fro."""
    host.run("rm", "-f", "/run/moved")
    host.run("systemd-run", "--unit=hosting-mover", "--collect", "sh", "-c", _MOVE)
    try:
        yield
    finally:
        host.run("rm", "-f", "/run/moving")
        host.run("sh", "-c", "while systemctl is-active -q hosting-mover; do sleep 0.2; done")


@pytest.mark.usefixtures("mailboxes")
def test_nothing_is_lost_while_dovecot_moves_messages(host: Host) -> None:
    for _attempt in range(3):
        with _moving(host), laid_out(host, _SUBJECT, STORES) as part:
            assert not part.result.get("failed"), part.result
            _hand_to(host, TWO, f"{part.data}/mail/{ONE}/maildir.tar")
        assert host.run("cat", "/run/moved")
        # who was moved while it was read may be there twice
        assert set(_read(host, TWO, "hdr.message-id")) == {f"<{number}@lab>" for number in range(MESSAGES)}
