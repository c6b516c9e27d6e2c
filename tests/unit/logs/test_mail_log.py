# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is handed which lines of messages: as Postfix in the lab has written them, and cases that take luck to record."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs import reading as _log_lines
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.sinks import LineOwner
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import STORES
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.mail_log import MailLog
from ansible_collections.magmasoft.hosting.tests.unit.logs.corpora import (
    ALPENVEREIN,
    CIAO,
    DATA,
    EVERYBODY,
    FOTOSTUDIO,
    HUETTENWART,
    LIBROS,
    OFFICE,
    Extract,
    export,
    login,
    mail,
    mailbox,
    selection,
    sender,
    to,
)

A, B, C = "anna@one.example", "bert@two.example", "carla@three.example"
ONE, TWO, THREE = (selection(box.partition("@")[0], mailbox(box)) for box in (A, B, C))
LMTP = "mail.example[private/dovecot-lmtp]"
FILTER = "127.0.0.1[127.0.0.1]:10024"
NOVEMBER = 1795500000


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Extract]:
    """Return what everybody is handed of the recorded log."""
    return export("mail_log", {"files": [str(DATA / "mail.log")]}, EVERYBODY, tmp_path_factory.mktemp("bag"))


def handed(tmp_path: Path, *lines: str, **place: object) -> dict[str, list[str]]:
    """Return the text behind the queue ID of what each of three is handed of a log."""
    log = tmp_path / "mail.log"
    log.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    found = export("mail_log", {"files": [str(log)], **place}, (ONE, TWO, THREE), tmp_path / "bag")
    return {customer: [line.partition("]: ")[2] for line in extract.lines] for customer, extract in found.items()}


def about(extract: Extract, queue_id: str) -> list[str]:
    """Return what was handed out about a message, without what is the same everywhere."""
    return [line.partition(f" {queue_id}: ")[2] for line in extract.lines if f" {queue_id}: " in line]


def test_a_sender_is_handed_all_lines(recorded: dict[str, Extract]) -> None:
    lines = about(recorded["alpenverein"], "4jZGC72S2jzGR6f")
    assert [line.split(",")[0] for line in lines] == [
        "client=host.containers.internal[10.89.0.1]", "message-id=<1795602595.3433974.s-many@client.example>",
        "from=<Info@Alpenverein.Example>", "to=<a@outside.example>", "to=<b@outside.example>", f"to=<{CIAO}>",
        "removed",
    ]  # fmt: skip


def test_a_recipient_is_handed_their_own_line_and_not_who_has_logged_in(recorded: dict[str, Extract]) -> None:
    lines = about(recorded["fotostudio"], "4jZGC72S2jzGR6f")
    assert [line.split(",")[0] for line in lines] == [
        "message-id=<1795602595.3433974.s-many@client.example>", "from=<Info@Alpenverein.Example>", f"to=<{CIAO}>",
        "removed",
    ]  # fmt: skip
    assert not [line for line in recorded["fotostudio"].lines if "sasl_username=office@" in line]


def test_each_of_three_recipients_sees_one(recorded: dict[str, Extract]) -> None:
    for customer, address in (("alpenverein", OFFICE), ("fotostudio", CIAO), ("altbestand", LIBROS)):
        found = [line for line in about(recorded[customer], "4jZGC82Bh8zGR6v") if line.startswith("to=")]
        assert len(found) == 1
        assert found[0].startswith(f"to=<{address}>")


def test_extensions_upper_case_aliases_and_forwardings_count(recorded: dict[str, Extract]) -> None:
    lines = about(recorded["alpenverein"], "4jZGC80qyyzGR6s")
    assert [line.partition(", relay")[0] for line in lines if line.startswith("to=")] == [
        f"to=<{HUETTENWART}>", "to=<office+news@alpenverein.example>",
        f"to=<{OFFICE}>, orig_to=<HUETTENWART@alpenverein.example>",
    ]  # fmt: skip
    assert [
        line.partition(", relay")[0] for line in about(recorded["gaertnerei"], "4jZGC81v3vzGR6v") if "to=<" in line
    ] == ["to=<sink@outside.example>, orig_to=<orders@xn--mller-grten-r8a91a.example>"]


def test_bounces_and_what_expired(recorded: dict[str, Extract]) -> None:
    lines = recorded["alpenverein"].lines
    assert about(recorded["alpenverein"], "4jZGDB482KzGR71")[-1] == "removed"
    assert [line for line in lines if "status=expired, returned to sender" in line]
    statuses = {found[1] for line in lines if (found := re.search(r" status=([a-z]+)", line))}
    assert statuses == {"sent", "bounced", "deferred", "expired", "deliverable"}


def test_a_message_is_followed_through_the_content_filter_even_without_a_sender(recorded: dict[str, Extract]) -> None:
    assert len(about(recorded["alpenverein"], "AA23A1D4170")) == 5
    assert len(about(recorded["alpenverein"], "CBD601D4176")) == 5
    # on its way back it comes from this very server, and is nobody's who was only named
    assert [line for line in about(recorded["alpenverein"], "F0A6C1D4175") if "to=" in line] == []
    assert len(about(recorded["alpenverein"], "F0A6C1D4175")) == 4


def test_whoever_is_only_named_as_the_sender_does_not_learn_of_recipients(recorded: dict[str, Extract]) -> None:
    assert about(recorded["alpenverein"], "4jZGC82KWjzGR6s") == [
        "client=host.containers.internal[10.89.0.1]", "message-id=<1795602596.3234813@elsewhere.example>",
        f"from=<{OFFICE}>, size=340, nrcpt=1 (queue active)", "removed",
    ]  # fmt: skip


def test_root_is_believed(recorded: dict[str, Extract]) -> None:
    assert [line for line in about(recorded["alpenverein"], "4jZGD04H3vzGR4j") if line.startswith("to=<sink@")]


def test_forged_lines_are_nobodys(recorded: dict[str, Extract]) -> None:
    given = "\n".join(recorded["alpenverein"].lines)
    for forged in ("4jZGC83T9RzGR6s", "4jZGC83YTKzGR6s", "02A081D4178", "sasl_username=x, ", "helo=<x?"):
        assert forged not in given
    fotostudio = "\n".join(recorded["fotostudio"].lines)
    # a server outside says that it was for ciao
    assert "x@refuses.example" not in fotostudio
    assert "y@refuses.example" not in fotostudio


def test_wrong_passwords_and_rejects(recorded: dict[str, Extract]) -> None:
    lines = recorded["alpenverein"].lines
    assert len([line for line in lines if "authentication failed" in line]) == 2
    rejected = [line for line in lines if "NOQUEUE: reject" in line]
    assert len(rejected) == 1
    assert "to=<office2@alpenverein.example>" in rejected[0]


def test_reasons_and_columns(recorded: dict[str, Extract]) -> None:
    rows = recorded["fotostudio"].rows
    assert len(rows) == len(recorded["fotostudio"].lines)
    assert {row["reason"] for row in rows} == {f"recipient {CIAO}", f"sender {CIAO}"}
    assert rows[0]["time"] == "2026-11-25T10:29:55Z"
    assert list(rows[0]) == [
        "time", "reason", "program", "queue_id", "event", "sender", "recipient", "status", "message",
    ]  # fmt: skip


def test_the_tally_and_the_months(recorded: dict[str, Extract]) -> None:
    delivery = recorded["alpenverein"].exports[0]
    assert delivery["count"] == delivery["tally"]["given"] == len(recorded["alpenverein"].lines) == 129
    assert delivery["tally"] == {"given": 129, "withheld": 14, "unexplained": 0}
    # what went through the filter counts once, whichever way it went
    assert delivery["months"] == {"mail-sent:2026-11": 7, "mail-received:2026-11": 12}
    assert (delivery["oldest"], delivery["newest"]) == ("2026-11-25T10:29:55Z", "2026-11-25T10:31:21Z")
    assert [file["path"] for file in delivery["files"]] == ["logs/mail.log", "logs/mail.csv"]


def test_one_picked_address_brings_its_own_lines_only(tmp_path: Path, recorded: dict[str, Extract]) -> None:
    picked = selection("alpenverein", mailbox(HUETTENWART))
    found = export("mail_log", {"files": [str(DATA / "mail.log")]}, [picked], tmp_path)["alpenverein"]
    assert 0 < len(found.lines) < 20
    assert not [line for line in found.lines if "sasl_username" in line]
    assert set(found.lines) < set(recorded["alpenverein"].lines)


@pytest.mark.parametrize("one", EVERYBODY, ids=lambda one: one.customer)
def test_who_else_is_asked_for_changes_nothing(tmp_path: Path, recorded: dict[str, Extract], one: Selection) -> None:
    alone = export("mail_log", {"files": [str(DATA / "mail.log")]}, [one], tmp_path)[one.customer]
    assert alone.files == recorded[one.customer].files
    assert alone.exports == recorded[one.customer].exports


def _old_style(lines: Sequence[bytes]) -> list[bytes]:
    """Return lines as older configurations of rsyslog write them."""
    return [re.sub(rb"\A2026-11-25T([0-9:]{8})\.[0-9]+\+00:00", rb"Nov 25 \1", line) for line in lines]


def _rotated(directory: Path, lines: Sequence[bytes], *, dated: bool) -> None:
    """Write lines as four files of a log, cut anywhere, compressed and not."""
    cuts = [0, 97, 180, 251, len(lines)]
    parts = [b"".join(lines[start:end]) for start, end in pairwise(cuts)]
    packers: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}
    names = ["-20261122.xz", "-20261123.gz", "-20261124", ""] if dated else [".3.bz2", ".2.gz", ".1", ""]
    for name, part in zip(names, parts, strict=True):
        pack = packers.get(name.rpartition(".")[2], bytes)
        path = directory / f"mail.log{name}"
        path.write_bytes(pack(part))
        os.utime(path, (NOVEMBER + 200_000, NOVEMBER + 200_000))
    (directory / "mail.log.conf").write_text(f"{OFFICE}\n", "ascii")
    (directory / "mail.log.1.gz").write_text("half of a", "ascii") if not dated else None


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("old_style", [True, False])
def test_messages_cross_files_of_any_kind(
    tmp_path: Path, recorded: dict[str, Extract], *, dated: bool, old_style: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    lines = (DATA / "mail.log").read_bytes().splitlines(keepends=True)
    _rotated(tmp_path, _old_style(lines) if old_style else lines, dated=dated)
    found = export("mail_log", {"files": [str(tmp_path / "mail.log")]}, EVERYBODY, tmp_path / "bag")
    for customer, extract in recorded.items():
        expected = [line.encode() for line in extract.lines]
        assert found[customer].lines == [line.decode() for line in (_old_style(expected) if old_style else expected)]
        assert [row["time"] for row in found[customer].rows] == [row["time"] for row in extract.rows]
        assert found[customer].exports[0]["tally"] == extract.exports[0]["tally"]


def test_a_queue_id_that_comes_again_is_another_message(tmp_path: Path) -> None:
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", login(A), program="submission/smtpd"),
        mail(2, "ABCDE12345", sender(A), program="qmgr"),
        mail(3, "ABCDE12345", to("x@outside.example")),
        mail(4, "ABCDE12345", "removed", program="qmgr"),
        mail(5, "ABCDE12345", "client=mx.example[192.0.2.9]", program="smtpd"),
        mail(6, "ABCDE12345", sender("y@outside.example"), program="qmgr"),
        mail(7, "ABCDE12345", to(B, relay=LMTP)),
        mail(8, "ABCDE12345", "removed", program="qmgr"),
        # a bounce has no client
        mail(9, "ABCDE12345", "message-id=<b@mail.example>", program="cleanup"),
        mail(10, "ABCDE12345", to(C, relay=LMTP)),
    )
    assert [line.partition(": ")[2].split(",")[0].split("[")[0] for line in found["anna"]] == [
        "client=pc.example", f"from=<{A}>", "to=<x@outside.example>", "removed",
    ]  # fmt: skip
    assert len(found["bert"]) == 4
    assert len(found["carla"]) == 2


@pytest.mark.parametrize("queue_id", ["ABCDE12345", "4jZGC71NhCzGR6f"])
def test_a_second_message_id_is_of_the_same_message(tmp_path: Path, queue_id: str) -> None:
    lines = [
        mail(1, queue_id, login(A), program="submission/smtpd"),
        mail(1, queue_id, "message-id=<x@1>", program="cleanup"),
        mail(2, queue_id, "message-id=<x@2>", program="cleanup"),
        mail(3, queue_id, sender(A), program="qmgr"),
        mail(4, queue_id, to("z@outside.example")),
    ]
    assert len(handed(tmp_path, *lines)["anna"]) == len(lines)


@pytest.mark.parametrize(
    ("queue_id", "between", "second", "count"),
    [
        # what was queued has ended somehow
        ("ABCDE12345", [sender(A)], 2, 3),
        ("4jZGC71NhCzGR6f", [to("z@outside.example")], 2, 3),
        # what was not may have led nowhere, and a short queue ID comes again
        ("ABCDE12345", [], 120, 2),
        ("4jZGC71NhCzGR6f", [], 120, 4),
    ],
)
def test_a_message_id_is_of_another_message_where_one_has_led_nowhere(
    tmp_path: Path, queue_id: str, between: list[str], second: int, count: int
) -> None:
    found = handed(
        tmp_path,
        mail(1, queue_id, login(A), program="submission/smtpd"),
        mail(1, queue_id, "message-id=<x@1>", program="cleanup"),
        *(mail(1, queue_id, text) for text in between),
        mail(second, queue_id, "message-id=<b@mail.example>", program="cleanup"),
        mail(second, queue_id, to(C, relay=LMTP)),
    )
    assert len(found["anna"]) == count


_REQUEUED = [
    mail(1, "ABCDE12345", login(A), program="submission/smtpd"),
    mail(2, "ABCDE12345", sender("other@else.example"), program="qmgr"),
    mail(3, "ABCDE12345", to("z@outside.example", relay="none", status="deferred (no)")),
    mail(4, "ABCDE12345", "requeued", program="postsuper"),
    mail(5, "BBBBB12345", "uid=115 from=<other@else.example> orig_id=ABCDE12345", program="pickup"),
    mail(6, "BBBBB12345", "message-id=<x@1>", program="cleanup"),
    mail(7, "BBBBB12345", to("z@outside.example")),
    mail(8, "BBBBB12345", "removed", program="qmgr"),
]


def test_a_message_is_followed_that_was_put_into_the_queue_again(tmp_path: Path) -> None:
    found = handed(tmp_path, *_REQUEUED)
    assert len(found["anna"]) == len(_REQUEUED)
    assert found["bert"] == found["carla"] == []
    # twice
    again = [line.replace("ABCDE1", "BBBBB1") if "orig_id" in line else line for line in _REQUEUED[3:]]
    again = [line.replace("BBBBB12345: ", "CCCCC12345: ").replace("ABCDE12345: ", "BBBBB12345: ") for line in again]
    assert len(handed(tmp_path, *_REQUEUED[:7], *again)["anna"]) == 7 + len(again)


def test_what_was_put_into_the_queue_again_is_nobodys_who_is_only_named(tmp_path: Path) -> None:
    lines = [line.replace("other@else.example", C) for line in _REQUEUED]
    found = handed(tmp_path, *lines, trusted_users=["root", "nobody"])
    assert not [line for line in found["carla"] if "to=" in line or "sasl_" in line]
    alone = [line.replace("uid=115 ", "uid=0 ") for line in lines[4:]]
    assert not [line for line in handed(tmp_path, *alone)["carla"] if "to=" in line]
    # in the address of a sender that is nothing but a part of it
    forged = mail(5, "BBBBB12345", f'uid=5001 from=<"x> orig_id=ABCDE12345"@{C}>', program="pickup")
    assert len(handed(tmp_path, *lines[:3], forged, *lines[5:])["anna"]) == 3


def test_a_soft_bounce_is_read(tmp_path: Path) -> None:
    found = handed(tmp_path, mail(1, "ABCDE12345", to(B, relay=LMTP, status="SOFTBOUNCE (over quota)")))
    assert len(found["bert"]) == 1


@pytest.mark.parametrize("feature", ["tls=verified, ", "tls=none:4.7.4/requirement, ", ""])
def test_what_postfix_says_of_tls_changes_nothing(tmp_path: Path, feature: str) -> None:
    relay, delays = "mx.one.example[192.0.2.5]:25", "delay=0.3, delays=0.1/0/0.1/0.1"
    lines = [
        "smtpd[101]: 4kBBBB1111z2222: client=mx.far.example[192.0.2.9]",
        "cleanup[101]: 4kBBBB1111z2222: message-id=<1@far.example>",
        "qmgr[101]: 4kBBBB1111z2222: from=<x@far.example>, size=500, nrcpt=1 (queue active)",
        f"smtp[102]: 4kBBBB1111z2222: to=<{A}>, relay={relay}, {delays}, {feature}dsn=2.0.0, status=sent (250 ok)",
        "qmgr[102]: 4kBBBB1111z2222: removed",
    ]
    written = [f"2026-11-23T12:00:01+00:00 mail postfix/{line}" for line in lines]
    assert handed(tmp_path, *written)["anna"] == [line.partition("]: ")[2] for line in written]


@pytest.mark.parametrize(("queue_id", "count"), [("4jZGC71NhCzGR6f", 4), ("ABCDE12345", 2)])
def test_a_long_queue_id_is_the_same_under_all_names_of_programs(tmp_path: Path, queue_id: str, count: int) -> None:
    found = handed(
        tmp_path,
        mail(1, queue_id, login(A), program="smtpd").replace("postfix/", "postfix-submission/"),
        mail(2, queue_id, sender(A), program="qmgr"),
        mail(3, queue_id, to("z@outside.example")),
        mail(4, queue_id, "removed", program="qmgr"),
    )
    # short ones come again in another instance
    assert len([line for line in found["anna"] if "to=" in line or "client=" in line]) == count // 2
    assert len(found["anna"]) == count + (count == 2)


def test_a_client_that_a_filter_tells_of_begins_a_message(tmp_path: Path) -> None:
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", login(A), program="submission/smtpd"),
        mail(2, "ABCDE12345", sender("other@else.example"), program="qmgr"),
        mail(3, "BBBBB12345", "client=localhost[127.0.0.1], orig_client=pc.example[198.51.100.7]", program="smtpd"),
        mail(4, "BBBBB12345", sender("other@else.example"), program="qmgr"),
        mail(5, "ABCDE12345", to("z@outside.example", relay=FILTER, status="sent (250 Ok: queued as BBBBB12345)")),
        mail(6, "BBBBB12345", to("z@outside.example")),
    )
    assert len(found["anna"]) == 6


@pytest.mark.parametrize(
    ("what", "status"), [("proxy-reject", "rejected"), ("proxy-accept", "accepted"), ("reject", "rejected")]
)
@pytest.mark.parametrize("client", ["", " from mx.example[192.0.2.9]"])
def test_what_a_filter_before_the_queue_says(tmp_path: Path, what: str, status: str, client: str) -> None:
    text = f"{what}: END-OF-MESSAGE{client}: 554 5.7.0 id=1 - <{C}>; from=<{A}> to=<{B}> proto=ESMTP helo=<x>"
    log = tmp_path / "mail.log"
    log.write_text(f"{mail(1, 'NOQUEUE', text, program='smtpd')}\n", "ascii")
    found = export("mail_log", {"files": [str(log)]}, [ONE, TWO, THREE], tmp_path / "bag")
    is_known = what != "reject" or client
    assert [row["status"] for row in found["bert"].rows] == ([status] if is_known else [])
    assert found["anna"].lines == found["carla"].lines == []


def test_a_start_that_led_nowhere_is_no_part_of_the_next_message(tmp_path: Path) -> None:
    late = mail(1, "ABCDE12345", "message-id=<b@mail.example>", program="cleanup").replace("T12:", "T15:")
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", login(A), program="submission/smtpd"),
        late,
        mail(10, "ABCDE12345", to(C, relay=LMTP)).replace("T12:", "T15:"),
    )
    assert len(found["anna"]) == 1
    assert len(found["carla"]) == 2


def test_a_message_to_many_costs_what_its_lines_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cost(count: int) -> int:
        """Return how often it is looked up whose a name is."""
        looked_up = 0

        class Counted(dict[str, LineOwner]):
            def __getitem__(self, name: str) -> LineOwner:
                nonlocal looked_up
                looked_up += 1
                return super().__getitem__(name)

        monkeypatch.setattr(_log_lines.OwnerIndex, "owners", property(lambda wanted: Counted(wanted[0])))
        boxes = [f"u{number}@d{number}.example" for number in range(count)]
        selections = [selection(f"c{number}", mailbox(box)) for number, box in enumerate(boxes)]
        log = tmp_path / "mail.log"
        lines = [
            mail(1, "ABCDE12345", "client=mx.example[192.0.2.9]", program="smtpd"),
            mail(2, "ABCDE12345", sender("news@outside.example", count), program="qmgr"),
            *(mail(3, "ABCDE12345", to(box, relay=LMTP)) for box in boxes),
            mail(4, "ABCDE12345", "removed", program="qmgr"),
        ]
        log.write_text("".join(f"{line}\n" for line in lines), "ascii")
        found = export("mail_log", {"files": [str(log)]}, selections, tmp_path / "bag")
        for number, extract in enumerate(found.values()):
            assert [f"u{number}@" in line for line in extract.lines] == [False, False, True, False]
            tally = {"given": 4, "withheld": count - 1, "unexplained": 0}
            assert extract.exports[0]["tally"] == tally
        return looked_up

    assert cost(80) < 3 * cost(40)


def test_who_is_concerned_and_mentioned_counts_once(tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    lines = [
        mail(1, "ABCDE12345", to(A, relay=LMTP)),
        # an address of theirs that nobody knows
        mail(2, "ABCDE12345", to("else@one.example", relay=LMTP)),
        mail(3, "ABCDE12345", to(B, relay=LMTP)),
        mail(4, "ABCDE12346", to(B, relay=LMTP)),
    ]
    log.write_text("".join(f"{line}\n" for line in lines), "ascii")
    found = export("mail_log", {"files": [str(log)]}, [ONE, TWO, THREE], tmp_path / "bag")
    assert [extract.exports[0]["tally"] for extract in found.values()] == [
        {"given": 1, "withheld": 2, "unexplained": 0}, {"given": 2, "withheld": 2, "unexplained": 0},
        {"given": 0, "withheld": 0, "unexplained": 0},
    ]  # fmt: skip


def test_alike_is_not_the_same(tmp_path: Path) -> None:
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", to("anna2@one.example")),
        mail(2, "ABCDE12346", to("anna@one.example.org")),
        mail(3, "ABCDE12347", to("anna@myone.example")),
        mail(4, "ABCDE12348", to("xanna@one.example")),
        mail(5, "ABCDE12349", to("anna@one.example@evil.example")),
        mail(6, "ABCDE12350", to('"anna"@one.example')),
        mail(7, "ABCDE12351", to("anna@one_example")),
        mail(
            8,
            "",
            f"NOQUEUE: reject: RCPT from x[192.0.2.1]: 550 <{A}>: no; "
            f"from=<x@y.example> to=<anna2@one.example> proto=ESMTP helo=<{A}>",
            program="smtpd",
        ),
    )
    assert found == {"anna": [], "bert": [], "carla": []}


@pytest.mark.parametrize("relay", ["mx.evil.example[192.0.2.66]:25", "127.0.0.1.evil.example[192.0.2.66]:25"])
def test_a_server_outside_makes_no_message_of_ours_a_continuation(tmp_path: Path, relay: str) -> None:
    found = handed(
        tmp_path,
        mail(1, "BBBBB12345", "client=localhost[127.0.0.1]", program="smtpd"),
        mail(2, "BBBBB12345", sender(B), program="qmgr"),
        mail(3, "BBBBB12345", to(C, relay=LMTP)),
        mail(4, "ABCDE12345", login(A), program="smtpd"),
        mail(5, "ABCDE12345", to("x@evil.example", relay=relay, status="sent (250 Ok: queued as BBBBB12345)")),
    )
    assert len(found["anna"]) == 2
    assert not [line for line in found["anna"] if "BBBBB12345: " in line]


def test_what_came_from_elsewhere_is_no_continuation(tmp_path: Path) -> None:
    found = handed(
        tmp_path,
        mail(1, "BBBBB12345", "client=mx.example[192.0.2.9]", program="smtpd"),
        mail(2, "BBBBB12345", to(C, relay=LMTP)),
        mail(3, "ABCDE12345", login(A), program="smtpd"),
        mail(4, "ABCDE12345", to("x@outside.example", relay=FILTER, status="sent (250 Ok: queued as BBBBB12345)")),
    )
    assert len(found["anna"]) == len(found["carla"]) == 2


def test_a_continuation_is_found_that_names_nobody(tmp_path: Path) -> None:
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", login(A), program="submission/smtpd"),
        mail(2, "ABCDE12345", sender("other@else.example"), program="qmgr"),
        mail(
            3,
            "BBBBB12345",
            "client=localhost[127.0.0.1], orig_queue_id=ABCDE12345, orig_client=x[192.0.2.1]",
            program="smtpd",
        ),
        mail(4, "BBBBB12345", sender("other@else.example"), program="qmgr"),
        mail(5, "ABCDE12345", to("x@outside.example", relay=FILTER, status="sent (250 Ok: queued as BBBBB12345)")),
        mail(6, "BBBBB12345", to("x@outside.example", status="bounced (no)")),
        mail(7, "CCCCC12345", "message-id=<x@mail.example>", program="cleanup"),
        mail(8, "BBBBB12345", "sender non-delivery notification: CCCCC12345", program="bounce"),
        mail(9, "CCCCC12345", to("other@else.example")),
        mail(10, "DDDDD12345", to("other@else.example")),
    )
    assert len(found["anna"]) == 9
    assert found["bert"] == found["carla"] == []


@pytest.mark.parametrize("length", [3, 12, 1500])
def test_a_chain_of_messages_is_followed_to_its_end(tmp_path: Path, length: int) -> None:
    lines = [
        mail(0, "AAAAA00000", login(A), program="submission/smtpd"),
        mail(0, "AAAAA00000", sender("x@else.example"), program="qmgr"),
    ]
    for number in range(length):
        passed = f"sent (250 2.0.0 Ok: queued as AAAAA{number + 1:05d})"
        lines += [
            mail(1, f"AAAAA{number + 1:05d}", "client=localhost[127.0.0.1]", program="smtpd"),
            mail(1, f"AAAAA{number:05d}", to("y@outside.example", relay=FILTER, status=passed)),
        ]
    lines.append(mail(2, f"AAAAA{length:05d}", "sender non-delivery notification: BBBBB12345", program="bounce"))
    bounce = [mail(2, "BBBBB12345", "message-id=<b@mail.example>", program="cleanup")]
    others = [
        mail(3, "CCCCC12345", "client=mx.example[192.0.2.9]", program="smtpd"),
        mail(4, "CCCCC12345", to(B, relay=LMTP)),
    ]
    # the messages that lead elsewhere are written in any order
    found = handed(tmp_path, *bounce, *lines, *others)
    assert len(found["anna"]) == len(lines) + len(bounce)
    assert len(found["bert"]) == len(others)
    assert found["carla"] == []


def test_a_bounce_has_no_client_and_one_origin(tmp_path: Path) -> None:
    mine = [
        mail(1, "ABCDE12345", login(A), program="submission/smtpd"),
        mail(2, "ABCDE12345", "message-id=<x@mail.example>", program="cleanup"),
        mail(3, "ABCDE12345", sender(A), program="qmgr"),
        mail(4, "ABCDE12345", to("x@outside.example", status="bounced (no)")),
        mail(5, "BBBBB12345", "message-id=<b@mail.example>", program="cleanup"),
        mail(5, "ABCDE12345", "sender non-delivery notification: BBBBB12345", program="bounce"),
        mail(6, "BBBBB12345", sender(""), program="qmgr"),
        mail(7, "BBBBB12345", to(A, relay=LMTP)),
    ]
    # whose beginning has gone with an old file
    late = [mail(8, "DDDDD12345", sender(A), program="qmgr"), mail(9, "DDDDD12345", to(B, relay=LMTP))]
    # what a program of a customer may write by syslog(3)
    forged = [
        mail(10, "CCCCC12345", login(C), program="smtpd"),
        *(
            mail(11, "CCCCC12345", f"sender non-delivery notification: {one}12345", program="bounce")
            for one in ("ABCDE", "BBBBB", "DDDDD")
        ),
    ]
    found = handed(tmp_path, *mine, *late, *forged)
    assert len(found["anna"]) == len(mine) + 1
    assert len(found["carla"]) == len(forged)
    # not even where the forged line was first, and the sender comes after it
    early = [mail(8, "DDDDD12345", "message-id=<d@mail.example>", program="cleanup"), *forged, *late]
    assert len(handed(tmp_path, *early)["carla"]) == len(forged)


def test_trusted_clients_prove_who_they_are(tmp_path: Path) -> None:
    lines = [
        mail(1, "ABCDE12345", "client=web.example[192.0.2.80]", program="smtpd"),
        mail(2, "ABCDE12345", sender(A), program="qmgr"),
        mail(3, "ABCDE12345", to(B, relay=LMTP)),
    ]
    assert len(handed(tmp_path, *lines)["anna"]) == 2
    assert len(handed(tmp_path, *lines, trusted_networks=["192.0.2.0/24"])["anna"]) == 3


@pytest.mark.parametrize(
    "client",
    [
        # the webmail, into which somebody else has logged in
        f"client=web.example[192.0.2.80], sasl_method=LOGIN, sasl_username={C}",
        "client=web.example[192.0.2.80], sasl_method=LOGIN, sasl_username=carla",
        # a filter, and the first message is no longer in the log
        "client=web.example[192.0.2.80], orig_queue_id=ABCDE99999, orig_client=mx.evil.example[203.0.113.9]",
        "client=localhost[127.0.0.1], orig_queue_id=ABCDE99999, orig_client=mx.evil.example[203.0.113.9]",
        "client=localhost[127.0.0.1], orig_client=mx.evil.example[203.0.113.9]",
    ],
)
def test_a_trusted_client_proves_nothing_of_others(tmp_path: Path, client: str) -> None:
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", client, program="smtpd"),
        mail(2, "ABCDE12345", sender(A), program="qmgr"),
        mail(3, "ABCDE12345", to("secret@outside.example")),
        mail(4, "ABCDE12345", "removed", program="qmgr"),
        trusted_networks=["192.0.2.0/24", "127.0.0.0/8"],
    )
    assert [line.partition(" ")[2] for line in found["anna"]] == [sender(A), "removed"]
    assert len(found["carla"]) == (4 if C in client else 0)


_REINJECTED = "client=localhost[127.0.0.1], orig_queue_id=ABCDE12345, orig_client=pc.example[198.51.100.7]"


def test_from_where_a_sender_has_logged_in_is_told_to_nobody_else(tmp_path: Path) -> None:
    envelope = f"from=<{A}> to=<{B}> proto=ESMTP helo=<pc>"
    sent = [
        mail(1, "ABCDE12345", login(A), program="submission/smtpd"),
        mail(2, "ABCDE12345", "message-id=<x@1>", program="cleanup"),
        mail(2, "ABCDE12345", f"milter-reject: END-OF-MESSAGE from pc.example[198.51.100.7]: 5.7.1 spam; {envelope}"),
        mail(3, "ABCDE12345", sender(A), program="qmgr"),
        mail(4, "BBBBB12345", _REINJECTED, program="smtpd"),
        mail(4, "BBBBB12345", "message-id=<x@1>", program="cleanup"),
        mail(5, "BBBBB12345", sender(A), program="qmgr"),
        mail(6, "ABCDE12345", to(B, relay=FILTER, status="sent (250 2.0.0 Ok: queued as BBBBB12345)")),
        mail(7, "BBBBB12345", to(B, relay=LMTP)),
    ]
    found = handed(tmp_path, *sent)
    assert len(found["anna"]) == len(sent)
    assert len(found["bert"]) == 6
    assert not [line for line in found["bert"] if "198.51.100.7" in line]
    # nobody can tell any more whether it was a login
    assert not [line for line in handed(tmp_path, *sent[4:])["bert"] if "198.51.100.7" in line]


def test_recipients_learn_which_server_has_brought_a_message(tmp_path: Path) -> None:
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", "client=mx.example[192.0.2.9]", program="smtpd"),
        mail(2, "ABCDE12345", sender("x@outside.example"), program="qmgr"),
        mail(3, "BBBBB12345", _REINJECTED.replace("pc.example[198.51.100.7]", "mx.example[192.0.2.9]")),
        mail(4, "ABCDE12345", to(B, relay=FILTER, status="sent (250 2.0.0 Ok: queued as BBBBB12345)")),
        mail(5, "BBBBB12345", to(B, relay=LMTP)),
    )
    assert len(found["bert"]) == 5


@pytest.mark.parametrize(
    ("uid", "count"),
    [(0, 3), (33, 2)],
)
def test_what_the_command_sendmail_says_is_proof_from_some_only(tmp_path: Path, uid: int, count: int) -> None:
    found = handed(
        tmp_path,
        mail(1, "ABCDE12345", f"uid={uid} from=<{A}>", program="pickup"),
        mail(2, "ABCDE12345", sender(A), program="qmgr"),
        mail(3, "ABCDE12345", to(B, relay=LMTP)),
    )
    assert len(found["anna"]) == count


def test_a_reject_tells_nobody_who_else_has_logged_in(tmp_path: Path) -> None:
    reject = (
        f"reject: RCPT from pc.example[198.51.100.7]: 552 5.2.2 <{B}>: full; from=<{A}> to=<{B}> proto=ESMTP helo=<pc>"
    )
    anybody = mail(1, "NOQUEUE", reject, program="smtpd")
    assert {who: len(lines) for who, lines in handed(tmp_path, anybody).items()} == {"anna": 0, "bert": 1, "carla": 0}
    known = mail(1, "NOQUEUE", f"{reject} sasl_method=PLAIN sasl_username={A}", program="smtpd")
    assert {who: len(lines) for who, lines in handed(tmp_path, known).items()} == {"anna": 1, "bert": 0, "carla": 0}


@pytest.mark.parametrize("form", ["sasl_method=PLAIN sasl_username={}", "sasl_username={}", "sasl_username=<{}>"])
def test_who_has_logged_in_stands_in_rejects_of_all_versions(tmp_path: Path, form: str) -> None:
    reject = (
        f"reject: RCPT from pc.example[198.51.100.7]: 553 5.7.1 <{B}>: no; from=<{A}> to=<{B}> proto=ESMTP helo=<pc>"
    )
    found = handed(tmp_path, mail(1, "NOQUEUE", f"{reject} {form.format(C)}", program="submission/smtpd"))
    assert {who: len(lines) for who, lines in found.items()} == {"anna": 0, "bert": 0, "carla": 1}
    for half in (f"sasl_username=<{C}", f"sasl_username={C}>"):
        assert not any(handed(tmp_path, mail(1, "NOQUEUE", f"{reject} {half}", program="smtpd")).values())


@pytest.mark.parametrize(
    "text",
    [
        to(B, original='"info+x y"@two.example'), to('"bert+x y"@two.example'), to('"bert+a@b"@two.example'),
        to('"bert+\\"x>, \\\\"@two.example'), to('"Bert+"@two.example'),
        f'reject: RCPT from x[192.0.2.1]: 554 <{B}>: no; from=<"a b"@evil.example> to=<{B}> proto=ESMTP helo=<h>',
        'reject: RCPT from x[192.0.2.1]: 554 x: no; from=<> to=<"bert+x y"@two.example> proto=ESMTP helo=<h>',
    ],
)  # fmt: skip
def test_quoted_addresses_hide_nobody(tmp_path: Path, text: str) -> None:
    lines = handed(tmp_path, mail(1, "ABCDE12345", text))
    assert {who: len(found) for who, found in lines.items()} == {"anna": 0, "bert": 1, "carla": 0}


@pytest.mark.parametrize(
    "address",
    [
        '"bert"@two.example', '"bert +x"@two.example', '"+bert"@two.example', '"bert+x"y@two.example',
        '"bert+x y"@two.example@evil.example', '"bert+x""@two.example', '"bert+x\\"@two.example',
        f'"x>, orig_to=<{B}>, relay=x, "@evil.example', f'"x"@evil.example>, orig_to=<{B}',
    ],
)  # fmt: skip
def test_quoted_addresses_are_of_whom_the_server_delivers_to(tmp_path: Path, address: str) -> None:
    lines = [
        mail(1, "ABCDE12345", to(address)),
        mail(2, "ABCDE12346", to("x@y.example", original=address)),
        mail(3, "NOQUEUE", f"reject: RCPT from x[192.0.2.1]: 554 x: no; from=<> to=<{address}> proto=ESMTP helo=<h>"),
        mail(4, "NOQUEUE", f"reject: RCPT from x[192.0.2.1]: 554 x: no; from=<{address}> to=<x@y.example> proto=ESMTP"),
    ]
    if address.startswith('"x"@evil'):
        # that is no address as Postfix writes one, but two fields
        del lines[:2]
    assert handed(tmp_path, *lines) == {"anna": [], "bert": [], "carla": []}


def test_what_stands_there_twice_is_nobodys(tmp_path: Path) -> None:
    forged = f'"x> to=<{B}> proto=ESMTP helo=<y"@evil.example'
    reject = (
        f"reject: RCPT from x[192.0.2.1]: 554 <z@z.example>: no; from=<{forged}> to=<z@z.example> proto=ESMTP helo=<h>"
    )
    assert handed(tmp_path, mail(1, "NOQUEUE", reject, program="smtpd"))["bert"] == []


def test_lines_of_other_programs_are_counted_and_kept(tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    log.write_text(
        f"2026-11-23T12:00:00+00:00 mail postgrey[7]: action=pass, recipient={A}\n"
        f"2026-11-23T12:00:00+00:00 mail dovecot: imap({A})<1><x>: Disconnected\n",
        "ascii",
    )
    found = export("mail_log", {"files": [str(log)]}, [ONE], tmp_path / "bag")["anna"]
    assert found.files == {}
    assert found.exports[0]["outcome"] == "empty"
    assert found.exports[0]["tally"] == {"given": 0, "withheld": 0, "unexplained": 1}


def test_what_is_not_there_is_no_empty_log(tmp_path: Path) -> None:
    for path, message in (("mail.log", "no such log"), ("logs/mail.log", "no such directory")):
        found = export("mail_log", {"files": [str(tmp_path / path)]}, [ONE], tmp_path / "bag")["anna"]
        assert found.exports[0]["outcome"] == "failed"
        assert message in str(found.exports[0]["error"])


def test_a_log_with_nothing_in_it_is_an_empty_one(tmp_path: Path) -> None:
    """As the role common makes it on a host that nobody uses."""
    (tmp_path / "mail.log").touch()
    (tmp_path / "mail.log-20261122").touch()
    for kind in ("mail_log", "mail_login_log"):
        found = export(kind, {"files": [str(tmp_path / "mail.log")]}, [ONE], tmp_path / kind)["anna"]
        assert (found.exports[0]["outcome"], found.exports[0]["left_out"]) == ("empty", [])


@pytest.mark.parametrize("kind", ["mail_log", "mail_login_log"])
def test_what_may_be_an_older_part_of_a_log_is_left_out_by_name(tmp_path: Path, kind: str) -> None:
    (tmp_path / "mail.log").write_bytes((DATA / "mail.log").read_bytes())
    (tmp_path / "mail.log.2.lz4").write_text("packed", "ascii")
    found = export(kind, {"files": [str(tmp_path / "mail.log")]}, EVERYBODY, tmp_path / "bag")
    for extract in found.values():
        left_out = [{"what": f"{tmp_path}/mail.log.2.lz4", "reason": "unread"}]
        assert extract.exports[0]["left_out"] == left_out


@pytest.mark.parametrize("name", ["mail.log.1.gz", "mail.log.1.bz2"])
@pytest.mark.parametrize("kind", ["mail_log", "mail_login_log"])
def test_a_damaged_file_is_named_and_the_others_are_handed_out(tmp_path: Path, name: str, kind: str) -> None:
    whole = (DATA / "mail.log").read_bytes()
    (tmp_path / "mail.log").write_bytes(whole)
    older = whole[: len(whole) // 2].replace(b"2026-11-25", b"2026-11-20")
    packed = (gzip if name.endswith(".gz") else bz2).compress(older)
    (tmp_path / name).write_bytes(packed[: len(packed) // 2])
    alone = export(kind, {"files": [str(DATA / "mail.log")]}, EVERYBODY, tmp_path / "alone")
    found = export(kind, {"files": [str(tmp_path / "mail.log")]}, EVERYBODY, tmp_path / "bag")
    for customer, extract in found.items():
        assert set(alone[customer].lines) <= set(extract.lines)
        left_out = [{"what": f"{tmp_path}/{name}", "reason": "unread"}]
        assert extract.exports[0]["left_out"] == left_out
    for measured in STORES[kind]({"files": [str(tmp_path / "mail.log")]}).measure(EVERYBODY):
        assert measured["left_out"] == left_out


def test_a_compressed_file_with_nothing_in_it_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_bytes((DATA / "mail.log").read_bytes())
    (tmp_path / "mail.log.2.gz").touch()
    (tmp_path / "mail.log.3.gz").write_bytes(gzip.compress(b"") + b"what a full disk has left")
    alone = export("mail_log", {"files": [str(DATA / "mail.log")]}, EVERYBODY, tmp_path / "alone")
    found = export("mail_log", {"files": [str(tmp_path / "mail.log")]}, EVERYBODY, tmp_path / "bag")
    assert {name: one.lines for name, one in found.items()} == {name: one.lines for name, one in alone.items()}
    assert [one.exports[0]["left_out"] for one in found.values()] == [[]] * len(found)


def test_two_rotations_of_one_number_are_two(tmp_path: Path) -> None:
    """As after a change between delaycompress and none."""
    logs = {"mail.log.1.gz": "ABCDE11111", "mail.log.1": "ABCDE22222", "mail.log": "ABCDE33333"}
    for number, (name, queue_id) in enumerate(logs.items()):
        text = "".join(f"{line}\n" for line in (mail(number, queue_id, login(A), program="smtpd"),)).encode()
        (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    found = export("mail_log", {"files": [str(tmp_path / "mail.log")]}, [ONE], tmp_path / "bag")["anna"]
    assert [queue_id for queue_id in logs.values() if any(queue_id in line for line in found.lines)] == [*logs.values()]


def test_what_rsyslog_has_put_together_is_read(tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    guess = f"warning: unknown[203.0.113.4]: SASL LOGIN authentication failed: (reason unavailable), sasl_username={A}"
    session = f"imap-login: Login: user=<{A}>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.1, mpid=5, TLS, session=<a>"
    lines = [
        f"Nov 23 12:00:09 host postfix/smtpd[7]: message repeated 40 times: [ {guess}]",
        f"Nov 23 12:00:05 host dovecot: message repeated 3 times: [ {session}]",
    ]
    log.write_text("".join(f"{line}\n" for line in lines), "ascii")
    for kind, line, event in (("mail_log", lines[0], "guess"), ("mail_login_log", lines[1], "login")):
        found = export(kind, {"files": [str(log)]}, [ONE, TWO], tmp_path / kind)
        assert found["anna"].lines == [line]
        assert [row["event"] for row in found["anna"].rows] == [event]
        assert found["bert"].lines == []


def test_measure_counts_what_export_delivers(recorded: dict[str, Extract]) -> None:
    place = {"files": [str(DATA / "mail.log")], "days": 14}
    found = {measurement["customer"]: measurement for measurement in MailLog(place).measure([ALPENVEREIN, FOTOSTUDIO])}
    for customer, measurement in found.items():
        assert measurement["count"] == len(recorded[customer].lines)
        assert measurement["bytes"] == len(recorded[customer].files["logs/mail.log"])
        assert measurement["days"] == 14
        assert measurement["oldest"] == recorded[customer].exports[0]["oldest"]


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ({"files": "mail.log"}, "files"), ({"files": ["mail.log"]}, "files"), ({"path": "/x"}, "path"),
        ({"trusted_networks": ["x"]}, "trusted_networks"), ({"days": 0}, "days"), ({"days": True}, "days"),
    ],
)  # fmt: skip
def test_places_are_checked(place: dict[str, object], key: str) -> None:
    with pytest.raises(ItemRefused, match=rf"hosting_stores\.mail_log\.{key}"):
        MailLog(place)
