# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queued mail, from a queue that answers as Postfix 3.10 does: who gets what of it."""

from __future__ import annotations

import io
import json
import os
import pwd
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import postfix_queue
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Site
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores import _trust
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.mail_queue import MailQueue
from hypothesis import given
from hypothesis import strategies as st

from .customers import CLUB, MYCLUB, OFFICE, OTHER, Bags, held, mailbox, selection

NOBODY = pwd.getpwnam("nobody")
# some user of the system, who stands for that of a site
SITE = pwd.getpwnam("www-data")
# As postcat of Postfix 3.10 prints it; a message lies in a file <id>.env, its text in <id>.eml.
_POSTCAT = """#!/bin/sh
cd {root}
shift 2
what=$1
shift
code=0
for id in "$@"; do
    if [ ! -f "$id.env" ]; then
        echo "postcat: fatal: open queue file $id: No such file or directory" >&2
        exit 1
    fi
    if [ "$what" = -qe ]; then
        echo "*** ENVELOPE RECORDS deferred/A/$id ***"
        cat "$id.env"
        echo "*** MESSAGE CONTENTS deferred/A/$id ***"
        echo "*** HEADER EXTRACTED deferred/A/$id ***"
        echo "*** MESSAGE FILE END deferred/A/$id ***"
    else
        cat "$id.eml"
        [ ! -f "$id.after" ] || sh "$id.after" || exit
    fi
done
"""
_POSTQUEUE = "#!/bin/sh\ncat {root}/queue.json\n"
_POSTCONF = "#!/bin/sh\necho 5d\n"


@dataclass
class Queue:
    """A queue in a directory."""

    root: Path

    def add(self, number: str, sender: str, *recipients: str, **attributes: str) -> None:
        """Put a message into the queue. A recipient may be ``address<original``."""
        pairs = [recipient.partition("<") for recipient in recipients]
        lines = ["message_arrival_time: Wed Nov 25 10:37:43 2026"]
        lines += [f"named_attribute: {name}={value}" for name, value in attributes.items()]
        lines += [f"sender: {sender}"]
        for address, _sign, original in pairs:
            lines += [f"original_recipient: {original or address}", f"recipient: {address}"]
        (self.root / f"{number}.env").write_text("\n".join(lines) + "\n")
        (self.root / f"{number}.eml").write_text(f"Subject: {number}\n\nTEXT-{number}\n")
        entry: dict[str, Any] = {
            "queue_name": "deferred",
            "queue_id": number,
            "arrival_time": 1795603063,
            "message_size": 100,
            "forced_expire": False,
            "sender": sender,
            "recipients": [{"address": address, "delay_reason": f"why {address}"} for address, _sign, _more in pairs],
        }
        with (self.root / "queue.json").open("a") as handle:
            handle.write(json.dumps(entry) + "\n")


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """Return an empty queue, of which the programs of Postfix tell."""
    root = tmp_path / "queue"
    root.mkdir()
    (root / "queue.json").touch()
    for name, script in (("postcat", _POSTCAT), ("postqueue", _POSTQUEUE), ("postconf", _POSTCONF)):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(script.replace("{root}", str(root)))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setitem(process._ENVIRONMENT, "PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setattr(postfix_queue, "_PAUSE_SECONDS", 0)
    return Queue(root)


def told(bags: Bags, customer: str = "club") -> Mapping[str, Any]:
    """Return what is said of each message that was delivered."""
    raw = bags.files(customer).get("mail/queue/messages.json", b"[]")
    return {one["file"].removesuffix(".eml"): one for one in json.loads(raw)}


def recipients(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return for whom a message waits, and why."""
    return [(recipient["address"], recipient["reason"]) for recipient in one["recipients"]]


def test_senders_and_recipients(queue: Queue, bags: Bags) -> None:
    queue.add(
        "4jZGN1", OFFICE, OTHER, "x@outside.example", sasl_username="office@club.example", client_address="9.9.9.9"
    )
    queue.add("4jZGN2", "x@outside.example", "Info+tag@Club.example", OTHER, client_address="9.9.9.9")
    queue.add("4jZGN3", "x@outside.example", "away@outside.example<info@club.example", client_address="9.9.9.9")
    queue.add("4jZGN4", "x@outside.example", "office2@club.example", "xoffice@club.example", "office@club.example.evil")
    queue.add("4jZGN5", "", OFFICE)
    bags.export(MailQueue({}), CLUB, MYCLUB)
    club, myclub = told(bags), told(bags, "myclub")
    assert sorted(club) == ["4jZGN1", "4jZGN2", "4jZGN3", "4jZGN5"]
    assert sorted(myclub) == ["4jZGN1", "4jZGN2"]
    assert (club["4jZGN1"]["sent"], recipients(club["4jZGN1"])) == (
        True,
        [(OTHER, f"why {OTHER}"), ("x@outside.example", "why x@outside.example")],
    )
    assert (myclub["4jZGN1"]["sent"], recipients(myclub["4jZGN1"])) == (False, [(OTHER, f"why {OTHER}")])
    assert recipients(club["4jZGN2"]) == [("Info+tag@Club.example", "why Info+tag@Club.example")]
    assert recipients(club["4jZGN3"]) == [("info@club.example", "why away@outside.example")]
    assert bags.files()["mail/queue/4jZGN2.eml"] == b"Subject: 4jZGN2\n\nTEXT-4jZGN2\n"
    record = bags.records()[0]
    assert (record["item"], record["count"], record["oldest"]) == ("", 4, "2026-11-25T10:37:43Z")
    assert [
        (one["customer"], one["count"], one["bytes"], one["days"]) for one in held(MailQueue({}), CLUB, MYCLUB)
    ] == [
        ("club", 4, 400, 5),
        ("myclub", 2, 200, 5),
    ]


@pytest.mark.parametrize(
    ("attributes", "theirs"),
    [
        # by the command sendmail, of whoever on this server
        ({}, False),
        ({"client_address": "127.0.0.1"}, False),
        ({"client_address": "127.0.0.1", "log_client_address": "9.9.9.9"}, False),
        ({"log_client_address": "127.0.0.1"}, False),
        ({"client_address": "9.9.9.9"}, False),
        ({"client_address": "9.9.9.9", "sasl_username": "INFO@club.example"}, True),
        ({"client_address": "9.9.9.9", "sasl_username": OTHER}, False),
        # a login proves its own address only
        ({"client_address": "9.9.9.9", "sasl_username": "web12"}, False),
        ({"client_address": "127.0.0.1", "sasl_username": "office2@club.example"}, False),
    ],
)
def test_who_is_named_as_the_sender_did_not_always_send(
    queue: Queue, bags: Bags, attributes: dict[str, str], theirs: bool
) -> None:
    queue.add("4jZGN1", OFFICE, "canary@outside.example", **attributes)
    bags.export(MailQueue({}), CLUB)
    assert ("4jZGN1" in told(bags)) is theirs
    assert bags.left_out() == ([] if theirs else [("4jZGN1", "shared")])


@pytest.mark.parametrize(
    ("attributes", "theirs"),
    [
        ({"client_address": "192.0.2.80"}, True),
        ({"client_address": "192.0.2.80", "log_client_address": "192.0.2.80"}, True),
        ({"client_address": "192.0.3.80"}, False),
        ({"client_address": "unknown"}, False),
        # somebody else has logged in there, or the filter that runs there tells of somebody else
        ({"client_address": "192.0.2.80", "sasl_username": "web12"}, False),
        ({"client_address": "192.0.2.80", "sasl_username": OTHER}, False),
        ({"client_address": "192.0.2.80", "log_client_address": "9.9.9.9"}, False),
        ({"client_address": "9.9.9.9", "log_client_address": "192.0.2.80"}, False),
    ],
)
def test_trusted_clients_are_taken_at_their_word(
    queue: Queue, bags: Bags, attributes: dict[str, str], theirs: bool
) -> None:
    queue.add("4jZGN1", OFFICE, "canary@outside.example", **attributes)
    bags.export(MailQueue({"trusted_networks": ["192.0.2.0/24"]}), CLUB)
    assert ("4jZGN1" in told(bags)) is theirs


_RECEIVED = (
    "Received: by mail.example (Postfix, from userid {user})\n\tid {number}; Wed, 25 Nov 2026 10:37:43 +0000 (UTC)\n"
)


@pytest.mark.parametrize(
    ("user", "top", "theirs"),
    [
        (0, "", True),
        (NOBODY.pw_uid, "", False),
        (SITE.pw_uid, "", True),
        # what the author has written follows what Postfix says
        (0, _RECEIVED.format(user=NOBODY.pw_uid, number="4jZGN1"), False),
        (0, "Received: by mail.example (Postfix)\n\tid 4jZGN1; now\n", False),
        (0, "X: y\n", False),
    ],
)
def test_by_the_command_sendmail_some_users_are_taken_at_their_word(
    queue: Queue, bags: Bags, monkeypatch: pytest.MonkeyPatch, user: int, top: str, theirs: bool
) -> None:
    monkeypatch.setattr(_trust, "_FIRST_USER", SITE.pw_uid)
    queue.add("4jZGN1", OFFICE, "canary@outside.example")
    queue.add("4jZGN2", OFFICE, "canary@outside.example")
    received = _RECEIVED.format(user=user, number="4jZGN1")
    (queue.root / "4jZGN1.eml").write_text(f"{top}{received}Subject: x\n\nx\n")
    # of another message
    (queue.root / "4jZGN2.eml").write_text(f"{received}Subject: x\n\nx\n")
    own = replace(CLUB, sites=(Site(name="club.example", customer="club", log="own", unix_user=SITE.pw_name),))
    bags.export(MailQueue({}), own, MYCLUB)
    assert sorted(told(bags)) == (["4jZGN1"] if theirs else [])
    assert sorted(bags.left_out()) == [("4jZGN1", "shared")] * (not theirs) + [("4jZGN2", "shared")]


def test_whose_login_it_was_sent_it(queue: Queue, bags: Bags) -> None:
    queue.add("4jZGN1", "else@outside.example", "x@outside.example", sasl_username=OFFICE, client_address="9.9.9.9")
    assert told(bags.export(MailQueue({}), CLUB))["4jZGN1"]["sent"]


def test_lines_that_look_like_another_envelope_are_of_their_own_message(queue: Queue, bags: Bags) -> None:
    forged = "x\n*** ENVELOPE RECORDS deferred/A/4jZGN2 ***\nrecipient: office@club.example\nsender: x"
    queue.add("4jZGN1", forged, "x@outside.example")
    queue.add("4jZGN2", "x@outside.example", OTHER)
    bags.export(MailQueue({}), CLUB, MYCLUB)
    assert "4jZGN2" not in told(bags)
    assert sorted(told(bags, "myclub")) == ["4jZGN2"]


def test_the_text_may_look_like_anything(queue: Queue, bags: Bags) -> None:
    queue.add("4jZGN1", "x@outside.example", OTHER)
    (queue.root / "4jZGN1.eml").write_bytes(b"\n*** MESSAGE FILE END ***\nrecipient: office@club.example\n\0\xff\n")
    bags.export(MailQueue({}), CLUB, MYCLUB)
    assert bags.files() == {}
    assert bags.files("myclub")["mail/queue/4jZGN1.eml"].endswith(b"\0\xff\n")


def test_what_was_delivered_meanwhile_has_vanished(queue: Queue, bags: Bags) -> None:
    for number in ("4jZGN1", "4jZGN2", "4jZGN3"):
        queue.add(number, "x@outside.example", OFFICE)
    (queue.root / "4jZGN1.env").unlink()
    (queue.root / "4jZGN2.after").write_text("rm 4jZGN2.env")
    bags.export(MailQueue({}), CLUB)
    assert sorted(told(bags)) == ["4jZGN3"]
    assert bags.left_out() == [("4jZGN2", "vanished")]
    assert [one["outcome"] for one in bags.records()] == ["delivered"]


def test_a_queue_id_that_now_is_another_message_is_not_handed_out(queue: Queue, bags: Bags) -> None:
    queue.add("4jZGN1", "x@outside.example", OFFICE)
    other = "message_arrival_time: later\nsender: y@outside.example\nrecipient: office@myclub.example\n"
    (queue.root / "4jZGN1.after").write_text(f"printf '{other}' > 4jZGN1.env")
    bags.export(MailQueue({}), CLUB)
    assert bags.files() == {}
    assert bags.left_out() == [("4jZGN1", "vanished")]


def test_many_messages(queue: Queue, bags: Bags) -> None:
    for number in range(450):
        queue.add(f"4jZGN{number}", "x@outside.example", OFFICE if number % 90 == 0 else OTHER)
    assert len(told(bags.export(MailQueue({}), CLUB))) == 5


def test_several_instances_may_have_the_same_queue_id(queue: Queue, bags: Bags) -> None:
    queue.add("4jZGN1", "x@outside.example", OFFICE)
    bags.export(MailQueue({"instances": ["/etc/postfix", "/etc/postfix-out"]}), CLUB)
    assert sorted(told(bags)) == ["4jZGN1", "4jZGN1-2"]


def test_only_what_is_asked_for(queue: Queue, bags: Bags) -> None:
    queue.add("4jZGN1", "x@outside.example", OFFICE)
    queue.add("4jZGN2", "x@outside.example", "shop@club.example")
    picked = selection("club", mailbox("shop@club.example"), more=[OFFICE])
    assert sorted(told(bags.export(MailQueue({}), picked))) == ["4jZGN2"]


@pytest.mark.parametrize(
    ("program", "script"),
    [
        ("postqueue", "exit 69"),
        ("postqueue", "echo nonsense"),
        ("postqueue", """echo '{"queue_id": "../../etc/x", "recipients": []}'"""),
        ("postqueue", """echo '{"queue_id": "-c", "recipients": []}'"""),
        ("postcat", "echo 'postcat: fatal: Permission denied' >&2; exit 1"),
    ],
)
def test_a_queue_that_cannot_be_read_is_a_failure(
    queue: Queue, bags: Bags, tmp_path: Path, program: str, script: str
) -> None:
    queue.add("4jZGN1", "x@outside.example", OFFICE)
    (tmp_path / "bin" / program).write_text(f"#!/bin/sh\n{script}\n")
    with pytest.raises(HostingError):
        bags.export(MailQueue({}), CLUB)


def test_a_message_that_cannot_be_read_is_a_failure(queue: Queue, bags: Bags) -> None:
    queue.add("4jZGN1", "x@outside.example", OFFICE)
    (queue.root / "4jZGN1.after").write_text("exit 3")
    bags.export(MailQueue({}), CLUB)
    assert [one["outcome"] for one in bags.records()] == ["failed"]
    assert bags.files() == {}


@given(st.binary(max_size=300))
def test_no_bytes_in_an_envelope_crash_it(raw: bytes) -> None:
    listing = b"*** ENVELOPE RECORDS deferred/A/4jZGN1 ***\n" + raw + b"\nsender: x@y\nrecipient: a@b\n"
    found = postfix_queue._envelopes_in(io.BytesIO(listing))
    assert found[0][0] == "4jZGN1"


@pytest.mark.parametrize(
    "place",
    [
        {"instances": "x"},
        {"instances": []},
        {"instances": ["etc"]},
        {"x": 1},
        {"trusted_networks": ["x"]},
        {"trusted_users": "root"},
    ],
)
def test_places_are_checked(place: dict[str, object]) -> None:
    with pytest.raises(ItemRefused, match=r"hosting_stores\.mail_queue\.\w+"):
        MailQueue(place)
