# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins, web, files, chat and cloud: what each customer is handed of logs that the servers of the lab have written."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import STORES
from ansible_collections.magmasoft.hosting.tests.unit.logs.corpora import (
    ALPENVEREIN,
    CIAO,
    DATA,
    EVERYBODY,
    FOTOSTUDIO,
    HUETTENWART,
    OFFICE,
    Extract,
    export,
    selection,
    site,
)

LOGS = {
    "mail_login_log": {"files": [str(DATA / "mail.log")]},
    "chat_log": {"files": [str(DATA / "prosody.log")]},
    "cloud_log": {"files": [str(DATA / "cloud.log")]},
    "file_transfer_log": {"files": [str(DATA / "xferlog.log")]},
}


def _reasons(extract: Extract) -> Counter[str]:
    return Counter(row["reason"] for row in extract.rows)


@pytest.mark.parametrize("kind", LOGS)
def test_who_else_is_asked_for_changes_nothing(tmp_path: Path, kind: str) -> None:
    together = export(kind, LOGS[kind], EVERYBODY, tmp_path)
    for one in EVERYBODY:
        assert export(kind, LOGS[kind], [one], tmp_path)[one.customer] == together[one.customer]


def test_logins_of_mail(tmp_path: Path) -> None:
    found = export("mail_login_log", LOGS["mail_login_log"], EVERYBODY, tmp_path)
    assert _reasons(found["alpenverein"]) == {
        f"login {OFFICE}": 8, f"recipient {OFFICE}": 10, f"login {HUETTENWART}": 2, f"recipient {HUETTENWART}": 2,
    }  # fmt: skip
    events = Counter(row["event"] for row in found["fotostudio"].rows)
    assert events == {"delivery": 5, "login": 1, "session": 1, "guess": 2}
    given = "\n".join(found["alpenverein"].lines)
    assert "rip=10.89.0.1" in given
    # somebody has typed the name of another one behind a quote, and that it is from elsewhere
    assert "1.2.3.4" not in given
    assert "nobody@" not in given
    assert found["alpenverein"].files.keys() == {"logs/mail-logins.log", "logs/mail-logins.csv"}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (f"imap-login: Login: user=<{OFFICE}>, method=PLAIN, rip=192.0.2.1, mpid=1, TLS, session=<x>", True),
        (f"imap-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<{OFFICE}>, rip=192.0.2.1", True),
        (f"imap({OFFICE})<1><x>: Disconnected: Logged out in=1 out=2", True),
        (f"imap({OFFICE}): Disconnected: Logged out in=1 out=2", True),
        (f"auth: passwd-file({OFFICE},192.0.2.1,<x>): unknown user", True),
        (f"auth-worker(7): conn unix:auth-worker (pid=1,uid=2): auth-worker<1>: sql({OFFICE},192.0.2.1): no", True),
        (f"auth({OFFICE},192.0.2.1,sasl:plain)<x>: ldap: Password mismatch", True),
        (f'x\n2026-11-23T06:00:00Z mail hosting-webmail: logged in: user="{OFFICE}" address=192.0.2.1', True),
        (f'x\n2026-11-23T06:00:00Z mail hosting-webmail: refused: user="{OFFICE}" address=192.0.2.1 x', False),
        (f"imap-login: ID sent: name=x: user=<{OFFICE}>, y: user=<>, rip=192.0.2.1", False),
        (f"imap-login: Login: user=<x@y.example>, method=PLAIN, rip=192.0.2.1, x={OFFICE}", False),
        (f"lmtp(x@y.example)<1><x>: msgid=<{OFFICE}>: saved mail to INBOX", False),
        (f"lmtp(1): imap({OFFICE})<1><x>: x", False),
        (f"lmtp(1): Error: lmtp-server: conn unix:pid=12,uid=106 [1]: rcpt {OFFICE}: Failed to lookup user: x", True),
        (f"lmtp(1): Error: lmtp-server: conn 192.0.2.1:2424 [7]: rcpt {OFFICE.upper()}: Failed", True),
        (f"lmtp(1): Error: lmtp-server: conn unix:pid=1,uid=1 [1]: rcpt x@y.example: rcpt {OFFICE}: no", False),
        (f"lmtp(1): Error: lmtp-server: conn unix:pid=1,uid=1 [1]: rcpt x{OFFICE}: lookup of {OFFICE}: x", False),
        (f"lmtp(1): Error: lmtp-server: conn unix:pid=1,uid=1 [1]: rcpt {OFFICE} x: no", False),
        (f"lmtp(1): Error: lmtp-server: conn unix:pid=1,uid=1 [1]: x: rcpt {OFFICE}: no", False),
        (f"imap(x@y.example)<1><x>: imap({OFFICE})<1><x>: x", False),
    ],
)  # fmt: skip
def test_lines_of_other_versions_of_dovecot(tmp_path: Path, line: str, *, names: bool) -> None:
    for stamp in ("Nov 23 06:00:00", "2026-11-23T06:00:00.1+01:00"):
        (tmp_path / "mail.log").write_text(f"{stamp} mail dovecot: {line}\n", "ascii")
        found = export("mail_login_log", {"files": [str(tmp_path / "mail.log")]}, [ALPENVEREIN], tmp_path / "bag")
        assert bool(found["alpenverein"].lines) == names


def test_transfers_of_files(tmp_path: Path) -> None:
    found = export("file_transfer_log", LOGS["file_transfer_log"], EVERYBODY, tmp_path)
    assert _reasons(found["alpenverein"]) == {"login alpenverein": 14, "login alpenverein-web": 2}
    assert _reasons(found["fotostudio"]) == {"login fotostudio": 2}
    first = found["alpenverein"].rows[0]
    assert (first["direction"], first["service"], first["bytes"], first["status"]) == (
        "upload",
        "ftps",
        "1",
        "complete",
    )
    assert first["time"] == "2026-11-25T10:32:42Z"
    assert Counter(row["direction"] for row in found["alpenverein"].rows)["deletion"] == 2


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("Mon Nov  2 06:00:00 2026 1 h 5 /a b _ o r fotostudio ftp 0 * c", "fotostudio"),
        # a blank in the name of a file, as other servers write it
        ("Mon Nov 23 06:00:00 2026 1 h 5 /a b.txt b _ o r fotostudio ftp 0 * c", "fotostudio"),
        # a whole line in it, or in what the host of a stranger says of them: one cannot tell
        ("Mon Nov 23 06:00:00 2026 1 h 5 /a b _ i r alpenverein ftp 0 * c b _ o r fotostudio ftp 0 * c", None),
        ("Mon Nov 23 06:00:00 2026 1 h 5 /a b _ i r alpenverein ftp 0 * c b _ o r fotostudio2 ftp 0 * c", None),
        ("Mon Nov 23 06:00:00 2026 1 h 5 /a b _ o a fotostudio ftp 0 * c", None),
        ("Mon Nov 23 06:00:00 2026 1 h 5 b _ o r fotostudio ftp 0 * c", None),
        ("Mon Nov 23 06:00:00 2026 fotostudio ftp 0 * c", None),
    ],
)
def test_the_user_of_a_transfer_stands_in_one_place(tmp_path: Path, line: str, who: str | None) -> None:
    (tmp_path / "xferlog").write_text(f"{line}\n", "ascii")
    found = export("file_transfer_log", {"files": [str(tmp_path / "xferlog")]}, EVERYBODY, tmp_path / "bag")
    assert [customer for customer, extract in found.items() if extract.lines] == ([who] if who else [])


def test_no_transfer_so_far_is_no_failure(tmp_path: Path) -> None:
    found = export("file_transfer_log", {"files": [str(tmp_path / "xferlog")]}, [FOTOSTUDIO], tmp_path / "bag")
    assert found["fotostudio"].exports[0]["outcome"] == "empty"


def test_chat(tmp_path: Path) -> None:
    found = export("chat_log", LOGS["chat_log"], EVERYBODY, tmp_path)
    lines = found["alpenverein"].lines
    assert _reasons(found["alpenverein"]) == {f"login {OFFICE}": 6, f"login {HUETTENWART}": 5}
    assert [line.partition("\tinfo\t")[2] for line in lines if "c2s557361124c60" in line] == [
        "Client connected", "Stream encrypted (TLSv1.3 with TLS_AES_256_GCM_SHA384)",
        f"Authenticated as {OFFICE} [prosody:registered]", f"Successful authentication as {OFFICE} from IP: 10.89.0.1",
        "Client disconnected: connection closed",
    ]  # fmt: skip
    # of a session in which somebody has tried a password, there is only that line
    assert len([line for line in lines if "c2s55736111f4a0" in line]) == 1
    assert len(found["fotostudio"].lines) == 10


def test_a_number_of_a_session_that_comes_again_is_another(tmp_path: Path) -> None:
    def lines(second: int, *texts: str) -> str:
        return "".join(f"2026-11-23T06:00:{second:02d}+0000 c2s55aa\tinfo\t{text}\n" for text in texts)

    (tmp_path / "prosody.log.1").write_text(
        lines(1, "Client connected", f"Authenticated as {OFFICE}", "Client disconnected: bye")
        + lines(2, "Client connected", f"Authenticated as {CIAO}"),
        "ascii",
    )
    # it goes on in the next file, and ends with the server
    (tmp_path / "prosody.log").write_text(
        lines(3, "something about it") + lines(4, "Client connected", "Client disconnected: x"), "ascii"
    )
    found = export("chat_log", {"files": [str(tmp_path / "prosody.log")]}, EVERYBODY, tmp_path / "bag")
    assert len(found["alpenverein"].lines) == 3
    assert [line[17:19] for line in found["fotostudio"].lines] == ["02", "02", "03"]


def test_a_session_of_chat_that_is_resumed_goes_on_under_its_number(tmp_path: Path) -> None:
    lines = [
        (1, "c2s55aa", "Client connected"), (2, "c2s55aa", f"Authenticated as {OFFICE} [prosody:registered]"),
        (3, "c2s55aa", "Client disconnected: connection closed"), (10, "c2s66bb", "Client connected"),
        (11, "c2s66bb", f"Authenticated as {OFFICE} [prosody:registered]"), (30, "c2s55aa", "Session closed by remote"),
        (30, "c2s55aa", "Client disconnected: connection closed"), (40, "c2s55aa", "Client connected"),
        (41, "c2s55aa", "Stream encrypted"),
    ]  # fmt: skip
    (tmp_path / "prosody.log").write_text(
        "".join(f"2026-11-23T06:00:{second:02d}+0000 {session}\tinfo\t{text}\n" for second, session, text in lines),
        "ascii",
    )
    found = export("chat_log", {"files": [str(tmp_path / "prosody.log")]}, [ALPENVEREIN], tmp_path / "bag")
    assert len(found["alpenverein"].lines) == 7
    assert [row["event"] for row in found["alpenverein"].rows].count("end") == 2


@pytest.mark.parametrize("second", ["x@y.example", "somebody"])
def test_a_session_with_two_logins_is_nobodys(tmp_path: Path, second: str) -> None:
    """A login that somebody forges does not give them the lines of another: a request has one."""
    said = ["PROPFIND request for '/' received from 192.0.2.1", f"Successful login: '{OFFICE}'"]
    said += [f"Successful login: '{second}'", "PROPFIND response status for '/' in 0.1 seconds: 207 Multi-Status"]
    text = "".join(
        f"[2026-11-23 06:00:0{number} +0000] [1/Thread-7] [INFO] {line}\n" for number, line in enumerate(said)
    )
    place = {"files": [str(tmp_path / "radicale.log")], "format": "radicale"}
    for end, lines in ((2, 2), (4, 0)):
        (tmp_path / "radicale.log").write_text("".join(text.splitlines(keepends=True)[:end]), "ascii")
        found = export("cloud_log", place, [ALPENVEREIN], tmp_path / f"bag{end}")
        assert len(found["alpenverein"].lines) == lines


@pytest.mark.parametrize(
    "text",
    [
        f"Failed authentication attempt (not-authorized) for user x for user {OFFICE} from IP: 192.0.2.1",
        f"Authenticated as x@y.example/Authenticated as {OFFICE}", f"Stream encrypted ({OFFICE})",
        f"Client disconnected: Authenticated as {OFFICE}", f"Authenticated as {OFFICE} says x",
    ],
)  # fmt: skip
def test_what_others_say_in_a_session_is_nobodys(tmp_path: Path, text: str) -> None:
    (tmp_path / "prosody.log").write_text(f"2026-11-23T06:00:00+0000 c2s55aa\tinfo\t{text}\n", "ascii")
    found = export("chat_log", {"files": [str(tmp_path / "prosody.log")]}, [ALPENVEREIN], tmp_path / "bag")
    assert found["alpenverein"].lines == []


def test_cloud(tmp_path: Path) -> None:
    found = export("cloud_log", LOGS["cloud_log"], EVERYBODY, tmp_path)
    assert _reasons(found["alpenverein"]) == {f"login {OFFICE}": 4}
    assert _reasons(found["fotostudio"]) == {f"login {CIAO}": 2}
    # neither who asked for the tree of another one, nor who could not log in
    assert found["alpenverein"].exports[0]["tally"] == {"given": 4, "withheld": 2, "unexplained": 0}
    assert found["alpenverein"].exports[0]["months"] == {}


def test_the_log_of_radicale_itself(tmp_path: Path) -> None:
    place = {"files": [str(DATA / "radicale.log")], "format": "radicale"}
    found = export("cloud_log", place, EVERYBODY, tmp_path)
    assert [row["message"].partition(" '")[0] for row in found["alpenverein"].rows] == [
        "PROPFIND request for", "Successful login:", "PROPFIND response status for",
        "Failed login attempt from 127.0.0.1:", "Failed login attempt from 127.0.0.1:",
    ]  # fmt: skip
    assert len(found["fotostudio"].lines) == 8
    assert "Successful login: 'office" not in "\n".join(found["fotostudio"].lines[1:2])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"Failed login attempt from 127.0.0.1 (forwarded for '203.0.113.5'): '{OFFICE}' (htpasswd)", 1),
        (f"Failed login attempt from 127.0.0.1 (forwarded for '203.0.113.5'): '{OFFICE}'", 1),
        # as Python writes a text with an apostrophe, or with both
        (f"""Failed login attempt from 127.0.0.1 (forwarded for "x'y"): '{OFFICE}' (htpasswd)""", 1),
        (f"""Failed login attempt from 127.0.0.1 (forwarded for 'x"\\'y'): '{OFFICE}' (htpasswd)""", 1),
        # what whoever asks has written about themselves
        (f"""Failed login attempt from 127.0.0.1 (forwarded for "x'): '{OFFICE}' ("): 'x@y.example' (htpasswd)""", 0),
        (f"""Failed login attempt from 127.0.0.1 (forwarded for 'x"\\'): \\'{OFFICE}\\' ('): 'x@y.example' (x)""", 0),
        (f"""Failed login attempt from 127.0.0.1 (forwarded for 'x'): "x' (forwarded for 'x'): '{OFFICE}" (x)""", 0),
        (f"Failed login attempt from 127.0.0.1 (forwarded for 'x): '{OFFICE}' (htpasswd)", 0),
    ],
)
def test_logins_to_radicale_that_failed_behind_a_proxy(tmp_path: Path, text: str, count: int) -> None:
    log = tmp_path / "radicale.log"
    log.write_text(f"[2026-11-25 10:00:00 +0000] [77/Thread-1] [WARNING] {text}\n", "ascii")
    found = export("cloud_log", {"files": [str(log)], "format": "radicale"}, [ALPENVEREIN], tmp_path / "bag")
    assert len(found["alpenverein"].lines) == count


def _web(kind: str, tmp_path: Path, selections: Sequence[Any] = EVERYBODY, **place: Any) -> Mapping[str, Extract]:
    own = tmp_path / "web" / "alpenverein.example"
    own.mkdir(parents=True)
    name = "access" if kind == "web_access_log" else "error"
    (own / f"{name}.log").write_bytes((DATA / f"own-{name}.log").read_bytes())
    where = {"shared": [str(DATA / f"shared-{name}.log")], "own": f"{tmp_path}/web/{{site}}/{name}.log", **place}
    if kind == "web_error_log":
        where.setdefault("fpm", [str(DATA / "php-fpm.log")])
    return export(kind, where, selections, tmp_path / "bag")


def test_access_logs(tmp_path: Path) -> None:
    found = _web("web_access_log", tmp_path)
    assert len(found["alpenverein"].lines) == 6
    assert found["alpenverein"].files.keys() == {
        "logs/web/alpenverein.example.access.log", "logs/web/alpenverein.example.access.csv",
    }  # fmt: skip
    # the pages of others on which the name stands are theirs
    assert found["alpenverein"].exports[0]["tally"] == {"given": 6, "withheld": 3, "unexplained": 0}
    assert {line.partition(":")[0] for line in found["fotostudio"].lines} == {"fotostudio.example"}
    assert len(found["fotostudio"].lines) == 4
    row = found["fotostudio"].rows[1]
    assert (row["status"], row["referer"]) == ("404", "https://alpenverein.example/")
    assert row["time"] == "2026-11-25T10:32:33Z"
    # one address with one program in a day is one visit
    assert found["fotostudio"].exports[0]["months"] == {"visits:2026-11": 2}
    assert found["alpenverein"].exports[0]["months"] == {"visits:2026-11": 2}


def test_error_logs(tmp_path: Path) -> None:
    found = _web("web_error_log", tmp_path)
    assert len(found["alpenverein"].lines) == 6
    assert [line for line in found["alpenverein"].lines if "[pool alpenverein.example] child 6321 exited" in line]
    assert len(found["fotostudio"].lines) == 1
    assert found["fotostudio"].rows[0]["client"] == "127.0.0.1:59482"
    assert "forged" in found["fotostudio"].lines[0]
    assert found["fotostudio"].exports[0]["tally"] == {"given": 1, "withheld": 0, "unexplained": 0}


def test_what_lies_beside_a_log_of_a_site_is_left_out_of_that_site(tmp_path: Path) -> None:
    own = tmp_path / "web" / "alpenverein.example"
    own.mkdir(parents=True)
    (own / "access.log.old").write_text("x\n", "ascii")
    (own / "access.log").write_bytes((DATA / "own-access.log").read_bytes())
    place = {"shared": [str(DATA / "shared-access.log")], "own": f"{tmp_path}/web/{{site}}/access.log"}
    found = export("web_access_log", place, EVERYBODY, tmp_path / "bag")
    assert found["alpenverein"].exports[0]["left_out"] == [{"what": f"{own}/access.log.old", "reason": "unread"}]
    assert found["fotostudio"].exports[0]["left_out"] == []


def test_the_name_of_a_site_counts_where_it_is_first_only(tmp_path: Path) -> None:
    log = tmp_path / "shared.log"
    forged = "fotostudio.example [2026-11-25 10:00:00.0] [core:error] [pid 1:tid 2] x"
    log.write_text(f"raw words {forged}\n[Mon Nov 23 06:00:00 2026] [core:error] {forged}\n", "ascii")
    assert _web("web_error_log", tmp_path, shared=[str(log)])["fotostudio"].lines == []


@pytest.mark.parametrize(
    ("kind", "line", "is_named"),
    [
        ("web_error_log", "[Mon Nov 23 06:00:00.1 2026] [core:error] [pid 1:tid 2] [client 192.0.2.1:5] AH1: no", True),
        # what Apache says of itself is nobody's, whatever the format
        ("web_error_log", "[Mon Nov 23 06:00:00.1 2026] [mpm_event:notice] [pid 1:tid 2] AH00489: configured", False),
        ("web_access_log", '192.0.2.1 - - [23/Nov/2026:06:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "x"', True),
    ],
)
def test_a_log_that_does_not_tell_whose_its_lines_are_is_named(
    tmp_path: Path, kind: str, line: str, *, is_named: bool
) -> None:
    log = tmp_path / "shared.log"
    log.write_text(f"{line}\n", "ascii")
    found = _web(kind, tmp_path, shared=[str(log)], **({"fpm": []} if kind == "web_error_log" else {}))
    left_out = [{"what": str(log), "reason": "nameless"}] if is_named else []
    assert found["fotostudio"].exports[0]["left_out"] == left_out
    # whose lines are in a file of their own
    assert found["alpenverein"].exports[0]["left_out"] == []


def test_unmanaged_sites_have_their_logs_in_the_register(tmp_path: Path) -> None:
    access, error = tmp_path / "alt-access.log", tmp_path / "alt-error.log"
    access.write_bytes((DATA / "own-access.log").read_bytes() + (DATA / "shared-access.log").read_bytes())
    error.write_text(
        "[Mon Nov 23 06:00:00.123456 2026] [core:error] [pid 1:tid 2] [client 192.0.2.1:5] AH1: no\n"
        "raw words of a program\n",
        "ascii",
    )
    old = selection("alt", sites=[site("fotostudio.example", logs=[str(access), str(error)])])
    nowhere = {"shared": [], "own": f"{tmp_path}/{{site}}/x.log"}
    found = export("web_access_log", nowhere, [old], tmp_path / "bag")["alt"]
    # in a file for several sites only those lines that begin with its name; what is of no format is this site's
    assert len(found.lines) == 6 + 4
    assert found.exports[0]["tally"] == {"given": 10, "withheld": 0, "unexplained": 0}
    found = export("web_error_log", {**nowhere, "fpm": []}, [old], tmp_path / "bag")["alt"]
    assert len(found.lines) == 2
    assert [row["level"] for row in found.rows] == ["core:error"]
    assert found.exports[0]["tally"] == {"given": 2, "withheld": 0, "unexplained": 0}


_REQUEST = '203.0.113.7 - - [23/Nov/2026:06:00:00 +0000] "GET /mine HTTP/1.1" 200 12 "-" "Mozilla/5.0"'


@pytest.mark.parametrize(
    "line",
    [
        f"{_REQUEST} 812", f"{_REQUEST} 512 2048", f'{_REQUEST} "-"', f'{_REQUEST} "fotostudio.example" rt=0.004',
        f"fotostudio.example:443 {_REQUEST} 812", f"www.fotostudio.example {_REQUEST} 812",
    ],
)  # fmt: skip
@pytest.mark.parametrize("managed", [False, True])
def test_a_site_is_handed_its_own_log_in_any_format(tmp_path: Path, line: str, *, managed: bool) -> None:
    found = _of_own(tmp_path, "web_access_log", "access.log", [line, _REQUEST], managed=managed)
    assert found.lines == [line, _REQUEST]
    assert [row["client"] for row in found.rows][-1] == "203.0.113.7"


@pytest.mark.parametrize(
    "line",
    [
        '{"time": "2026-11-23T06:00:00Z", "ip": "203.0.113.7", "request": "GET /mine", "status": 200}',
        '[23/Nov/2026:06:00:00 +0000] 203.0.113.7 TLSv1.3 TLS_AES_256_GCM_SHA384 "GET /mine HTTP/1.1" 12',
        "2026-11-23 06:00:00 203.0.113.7 GET /mine 200",
    ],
)
@pytest.mark.parametrize("kind", ["web_access_log", "web_error_log"])
def test_what_nobody_understands_of_a_log_of_its_own_is_handed_out_once(tmp_path: Path, kind: str, line: str) -> None:
    for name, owner in (("x.log", "web_access_log"), ("php_errors.log", "web_error_log")):
        found = _of_own(tmp_path / name, kind, name, [line])
        assert found.lines == ([line] if kind == owner else [])
        # a table has nothing to say of it
        assert found.rows == []
        assert found.exports[0]["outcome"] == ("delivered" if kind == owner else "empty")
        assert (found.exports[0]["count"], found.exports[0]["oldest"]) == (len(found.lines), None)


@pytest.mark.parametrize(
    "line",
    ["neighbour.example:443 in some format", "old_shop.example 1 2 3", "neighbour.example x"],
)
def test_what_nobody_understands_is_not_handed_out_where_it_begins_with_another_site(tmp_path: Path, line: str) -> None:
    found = _of_own(tmp_path, "web_access_log", "access.log", [line, "fotostudio.example x"])
    assert found.lines == ["fotostudio.example x"]
    assert found.exports[0]["tally"]["unexplained"] == 1


@pytest.mark.parametrize(
    "visit",
    [
        "old_shop.example:443 {}", "old_shop.example {}", "müller.example:443 {}", "neighbour.example {} 812",
        "neighbour.example host.example - - {}",
    ],
)  # fmt: skip
def test_a_line_that_names_a_neighbour_is_nobodys_in_any_format(tmp_path: Path, visit: str) -> None:
    request = _REQUEST.partition(" - - ")[2] if " - - {}" in visit else _REQUEST
    found = _of_own(tmp_path, "web_access_log", "access.log", [visit.format(request), _REQUEST])
    assert found.lines == [_REQUEST]


def test_raw_words_of_programs_in_an_own_error_log_are_the_sites(tmp_path: Path) -> None:
    lines = ["PHP Stack trace:", "  thrown in /srv/x.php on line 7", "neighbour.example says hello"]
    found = _of_own(tmp_path, "web_error_log", "error.log", lines, managed=True)
    assert found.lines == lines
    place = {"shared": [], "own": f"{tmp_path}/{{site}}/error.log", "fpm": []}
    (measured,) = STORES["web_error_log"](place).measure([selection("foto", sites=[site("fotostudio.example")])])
    assert (measured["count"], measured["oldest"]) == (3, None)
    assert measured["bytes"] == len("\n".join(lines)) + 1


def _of_own(directory: Path, kind: str, name: str, lines: Sequence[str], *, managed: bool = False) -> Extract:
    """Return what a site is handed of a log of its own."""
    place = directory / "fotostudio.example"
    place.mkdir(parents=True)
    (place / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    mine = site("fotostudio.example") if managed else site("fotostudio.example", logs=[str(place / name)])
    where: dict[str, Any] = {"shared": [], "own": f"{directory}/{{site}}/{name}"}
    if kind == "web_error_log":
        where["fpm"] = []
    return export(kind, where, [selection("foto", sites=[mine])], directory / "bag")["foto"]


def test_a_log_for_each_day_is_one_log(tmp_path: Path) -> None:
    """As ISPConfig has them; others may list another day of it."""
    days = [_REQUEST.replace("23/Nov", f"{day}/Nov") for day in (21, 22, 23)]
    (tmp_path / "20261121-access.log.gz").write_bytes(gzip.compress(f"{days[0]}\n".encode()))
    for day, name in ((days[1], "20261122-access.log"), (days[2], "20261123-access.log")):
        (tmp_path / name).write_text(f"{day}\n", "ascii")
    (tmp_path / "access.log").symlink_to("20261123-access.log")
    place = {"shared": [], "own": f"{tmp_path}/{{site}}/x.log"}
    for listed in (
        ["access.log"],
        ["20261123-access.log"],
        ["20261123-access.log", "20261122-access.log", "access.log"],
    ):
        mine = selection("foto", sites=[site("fotostudio.example", logs=[str(tmp_path / name) for name in listed])])
        found = export("web_access_log", place, [mine], tmp_path / "bag")["foto"]
        assert found.lines == days
        assert found.exports[0]["left_out"] == []
    theirs = selection("alt", sites=[site("alt.example", logs=[str(tmp_path / "20261121-access.log.gz")])])
    both = export("web_access_log", place, [mine, theirs], tmp_path / "bag")
    assert (both["foto"].lines, both["alt"].lines) == ([], [])


_NAMELESS = {
    "web_access_log": '192.0.2.1 - - [23/Nov/2026:06:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "x"',
    "web_error_log": "[Mon Nov 23 06:00:00.1 2026] [core:error] [pid 1:tid 2] [client 192.0.2.1:5] no",
}
_NAMED = {
    "web_access_log": f"fotostudio.example:443 {_NAMELESS['web_access_log']}",
    "web_error_log": "fotostudio.example [2026-11-23 06:00:00.1] [core:error] [pid 1:tid 2] [client 192.0.2.1:5] no",
}


@pytest.mark.parametrize("kind", _NAMELESS)
@pytest.mark.parametrize("how", ["shared", "rotated", "listed twice", "listed elsewhere", "own"])
def test_a_listed_log_that_others_have_too_is_handed_out_by_names_only(tmp_path: Path, kind: str, how: str) -> None:
    log = tmp_path / "error.log"
    log.write_text(f"{_NAMELESS[kind]}\n{_NAMED[kind]}\n", "ascii")
    # the same path, written in another way
    listed = f"{tmp_path}//error.log"
    if how == "rotated":
        listed = f"{listed}.1"
        (tmp_path / "error.log.1").write_text(f"{_NAMELESS[kind]}\n", "ascii")
    place: dict[str, Any] = {"shared": [], "own": f"{tmp_path}/{{site}}/x.log"}
    if kind == "web_error_log":
        place["fpm"] = []
    if how in ("shared", "rotated"):
        place["shared"] = [str(log)]
    mine = site("fotostudio.example", logs=[listed])
    if how == "listed elsewhere":
        mine = replace(mine, shared_logs=(listed,))
    selections = [selection("foto", sites=[mine])]
    if how == "listed twice":
        selections.append(selection("alt", sites=[site("alt.example", logs=[str(log)])]))
    found = export(kind, place, selections, tmp_path / "bag")
    lines = [_NAMELESS[kind], _NAMED[kind]] if how == "own" else [_NAMED[kind]]
    assert found["foto"].lines == lines
    assert found["foto"].exports[0]["left_out"] == ([] if how == "own" else [{"what": listed, "reason": "nameless"}])
    assert found["alt"].lines == [] if how == "listed twice" else "alt" not in found


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::9"])
def test_a_line_that_names_its_site_without_a_port_is_that_sites(tmp_path: Path, address: str) -> None:
    visit = f'{address} - - [23/Nov/2026:06:00:00 +0000] "GET /login?token=1 HTTP/1.1" 200 12 "-" "x"'
    log = tmp_path / "access.log"
    # the last one is a client whose name was looked up, in a log that names no site
    lines = [f"fotostudio.example {visit}", f"neighbour.example {visit}", visit, visit.replace(address, "host.example")]
    log.write_text("".join(f"{line}\n" for line in lines), "ascii")
    mine = selection("foto", sites=[site("fotostudio.example", logs=[str(log)])])
    place = {"shared": [], "own": f"{tmp_path}/{{site}}/x.log"}
    found = export("web_access_log", place, [mine], tmp_path / "bag")["foto"]
    assert found.lines == [lines[0], *lines[2:]]
    assert [row["client"] for row in found.rows] == [address, address, "host.example"]


def test_a_site_whose_log_is_gone_fails_alone(tmp_path: Path) -> None:
    lost = site("lost.example", logs=[str(tmp_path / "gone.log")])
    both = selection("both", sites=[lost, site("fotostudio.example", "shared")])
    found = _web("web_access_log", tmp_path, [both])["both"]
    outcomes = {delivery["item"]: delivery["outcome"] for delivery in found.exports}
    assert outcomes == {"lost.example": "failed", "fotostudio.example": "delivered"}


def test_customers_can_not_point_a_log_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes((DATA / "own-access.log").read_bytes())
    own = tmp_path / "web" / "fotostudio.example"
    own.mkdir(parents=True)
    (own / "access.log").symlink_to(secret)
    found = _web("web_access_log", tmp_path, [FOTOSTUDIO])["fotostudio"]
    assert found.exports[0]["outcome"] == "failed"
    assert found.files == {}


def test_a_place_of_logs_that_is_not_there_is_no_empty_one(tmp_path: Path) -> None:
    place = {"shared": [], "own": f"{tmp_path}/none/{{site}}/access.log"}
    found = export("web_access_log", place, [ALPENVEREIN], tmp_path / "bag")["alpenverein"]
    assert found.exports[0]["outcome"] == "failed"
    found = export("web_access_log", {"shared": [str(tmp_path / "x.log")]}, [ALPENVEREIN], tmp_path / "bag2")[
        "alpenverein"
    ]
    assert found.exports[0]["outcome"] == "failed"


@pytest.mark.parametrize(
    ("kind", "place"),
    [("chat_log", {"files": ["{}"]}), ("cloud_log", {"files": ["{}"]}), ("file_transfer_log", {"files": ["{}/x/y"]}),
     ("web_access_log", {"shared": ["{}"]}), ("web_error_log", {"shared": ["{}"], "fpm": []})],
)  # fmt: skip
def test_a_log_that_is_not_there_fails_those_who_have_something_there(
    tmp_path: Path, kind: str, place: dict[str, Any]
) -> None:
    lost = f"{tmp_path}/lost/log"
    place = {key: [path.format(lost) for path in paths] for key, paths in place.items()}
    nothing = selection("idle", replace(ALPENVEREIN.mailboxes[0], name="x@idle.example", chat=False, cloud=None))
    found = export(kind, place, [ALPENVEREIN, nothing], tmp_path / "bag")
    assert {one["outcome"] for one in found["alpenverein"].exports} == {"failed"}
    assert [one["outcome"] for one in found["idle"].exports] == ["empty"] * (not kind.startswith("web"))
    # there may have been something before
    assert [len(one["left_out"]) for one in found["idle"].exports] == [1] * (not kind.startswith("web"))
    measured = {one["customer"]: one["error"] for one in STORES[kind](place).measure([ALPENVEREIN, nothing])}
    assert measured["alpenverein"] is not None
    assert measured.get("idle") is None


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("mail_log", f"2026-11-29 10:00:00 1abCDe-000001-2F <= {OFFICE} H=(pc) [198.51.100.4] P=esmtpsa S=700"),
        ("mail_login_log", f"<22>1 2026-11-29T10:00:00Z mail dovecot 7 - - imap-login: Login: user=<{OFFICE}>, rip=x"),
        ("chat_log", f"2026-11-29 10:00:00.123 [info] <0.5.0>@ejabberd_c2s:1 Accepted c2s for {OFFICE}"),
        ("cloud_log", f'{{"user": "{OFFICE}", "uri": "/dav"}}'),
        ("file_transfer_log", '203.0.113.77 - alpenverein [29/Nov/2026:10:00:00 -0000] "PUT /x.jpg" 200 1234'),
        ("file_transfer_log", 'Sun Nov 29 10:00:00 2026 [pid 2] [alpenverein] OK UPLOAD: Client "x", "/x", 12 bytes'),
        ("web_access_log", '{"vhost": "alpenverein.example", "ip": "203.0.113.7"}'),
        ("web_error_log", "no error log of anybody"),
    ],
)
def test_a_log_in_another_format_is_no_empty_one(tmp_path: Path, kind: str, line: str) -> None:
    key = "shared" if kind.startswith("web") else "files"
    log = tmp_path / "log"
    log.write_text(f"{line}\n{line}\n", "ascii")
    (tmp_path / "log.1").touch()
    place: dict[str, Any] = {key: [str(log)]}
    if key == "shared":
        place["own"] = f"{tmp_path}/{{site}}/x.log"
    if kind == "web_error_log":
        place["fpm"] = []
    found = export(kind, place, [ALPENVEREIN], tmp_path / "bag")["alpenverein"]
    left_out = [{"what": str(log), "reason": "unread"}]
    assert found.exports[0]["left_out"] == left_out
    # a report says so, too
    assert [one["left_out"] for one in STORES[kind](place).measure([ALPENVEREIN])] == [left_out]


_NOON = "Nov 23 12:00:01 host"
_LOGIN = f"{_NOON} dovecot: imap-login: Login: user=<{{}}>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.1"
_SESSION = f"{_NOON} dovecot: imap({{}})<7><x>: Disconnected: Logged out in=1 out=2"
_GUESS = f"{_NOON} postfix/smtpd[7]: warning: x[203.0.113.4]: SASL LOGIN authentication failed: x, sasl_username={{}}"
_CLIENT = f"{_NOON} postfix/smtpd[7]: 5CD81A0B22: client=x[198.51.100.7], sasl_method=PLAIN, sasl_username={{}}"
_DELIVERY = (
    f"{_NOON} postfix/smtp[7]: 5CD81A0B22: to=<x@far.example>, relay=x[192.0.2.1]:25, delay=0, delays=0/0/0/0,"
    " dsn=2.0.0, status=sent (250 ok)"
)


def test_a_user_is_known_by_what_they_log_in_as(tmp_path: Path) -> None:
    """Where that is no address, as on hosts with system users."""
    anna = selection(
        "anna", replace(ALPENVEREIN.mailboxes[0], name="anna@one.example", aliases=(), login="anna", managed=False)
    )
    other = selection("other", replace(ALPENVEREIN.mailboxes[0], name="anna@two.example", aliases=(), login="annab"))
    mine = [line.format("anna") for line in (_LOGIN, _SESSION, _GUESS, _CLIENT, _DELIVERY)]
    theirs = [line.format("annab") for line in (_LOGIN, _SESSION, _GUESS)]
    log = tmp_path / "mail.log"
    log.write_text(
        "".join(f"{line}\n" for line in (*mine, *theirs, _LOGIN.format("xanna"), _GUESS.format("ann"))), "ascii"
    )
    found = export("mail_login_log", {"files": [str(log)]}, [anna, other], tmp_path / "bag")
    assert found["anna"].lines == mine[:2]
    assert found["other"].lines == theirs[:2]
    assert _reasons(found["anna"]) == {"login anna": 2}
    found = export("mail_log", {"files": [str(log)]}, [anna, other], tmp_path / "bag")
    assert found["anna"].lines == mine[2:]
    assert found["other"].lines == theirs[2:]
    assert found["anna"].exports[0]["tally"] == {"given": 3, "withheld": 0, "unexplained": 0}


def test_logins_that_name_no_address_are_told(tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    place = {"files": [str(log)]}
    unmanaged = replace(ALPENVEREIN.mailboxes[0], name="anna@one.example", aliases=(), managed=False)
    guess = f"{_NOON} dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<admin>, rip=198.51.100.7"
    for text, left_out in ((guess, []), (_LOGIN.format("anna"), [{"what": str(log), "reason": "nameless"}])):
        log.write_text(f"{text}\n", "ascii")
        found = export("mail_login_log", place, [selection("anna", unmanaged)], tmp_path / "bag")["anna"]
        assert (found.lines, found.exports[0]["left_out"]) == ([], left_out)


def test_a_log_of_dovecot_itself(tmp_path: Path) -> None:
    log = tmp_path / "dovecot.log"
    lines = [
        f"Nov 29 10:00:00 imap-login: Info: Login: user=<{OFFICE}>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.1",
        f"Nov 29 10:00:01 imap({OFFICE})<7><x>: Info: Disconnected: Logged out in=1 out=2",
    ]
    log.write_text(
        "".join(f"{line}\n" for line in (*lines, "Nov 29 10:00:02 master: Warning: Killed with signal 15")), "ascii"
    )
    found = export("mail_login_log", {"files": [str(log)]}, [ALPENVEREIN], tmp_path / "bag")["alpenverein"]
    assert found.lines == lines
    assert [row["event"] for row in found.rows] == ["login", "session"]
    assert found.rows[0]["message"].startswith("Login: ")


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("cloud_log", {"format": "nginx"}), ("chat_log", {"file": "/x"}), ("web_access_log", {"own": "/x/{customer}"}),
        ("web_error_log", {"fpm": "/x"}), ("file_transfer_log", {"files": []}), ("mail_login_log", {"days": "7"}),
    ],
)  # fmt: skip
def test_places_are_checked(kind: str, place: dict[str, Any]) -> None:
    with pytest.raises(ItemRefused, match=rf"hosting_stores\.{kind}\.{next(iter(place))}"):
        STORES[kind](place)
