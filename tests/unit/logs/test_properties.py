# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a log: no line crashes a parser, and what a stranger writes makes nobody an owner."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.entry import LogEntry, Role
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.formats import (
    access,
    dovecot,
    postfix,
    prosody,
    radicale,
    web_error,
    webmail,
    xferlog,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.kept import KeptLines
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.messages import Messages
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.sessions import Sessions
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.times import Clock
from ansible_collections.magmasoft.hosting.tests.unit.logs.corpora import DATA, OFFICE
from hypothesis import given, settings
from hypothesis import strategies as st

Parser = Callable[[bytes], LogEntry | None]
PARSERS: dict[str, tuple[Parser, str]] = {
    "postfix": (postfix.parse, "mail.log"),
    "dovecot": (dovecot.parse, "mail.log"),
    "webmail": (webmail.parse, "mail.log"),
    "prosody": (prosody.parse, "prosody.log"),
    "radicale": (radicale.parse, "radicale.log"),
    "cloud": (access.cloud, "cloud.log"),
    "shared access": (access.shared, "shared-access.log"),
    "own access": (access.own, "own-access.log"),
    "shared error": (web_error.shared, "shared-error.log"),
    "own error": (web_error.own, "own-error.log"),
    "fpm": (web_error.fpm, "php-fpm.log"),
    "xferlog": (xferlog.parse, "xferlog.log"),
}
LINES = {name: (DATA / name).read_bytes().splitlines() for _parser, name in PARSERS.values()}
CLOCK = Clock(1_800_000_000)
# What a stranger would put somewhere to be taken for somebody else.
FORGERIES = [
    OFFICE, f"<{OFFICE}>", f"x> to=<{OFFICE}> proto=ESMTP helo=<y",
    f"x>; from=<x@y.example> to=<{OFFICE}> proto=ESMTP helo=<y", f"x; from=<x@y.example> to=<{OFFICE}> proto=ESMTP",
    f"a>, to=<{OFFICE}>, relay=none, delay=0, x", f"{OFFICE}>, relay=none, delay=0, delays=0, dsn=2.0.0, status=sent (",
    f", sasl_username={OFFICE}", f": user=<{OFFICE}>, ", f"from=<{OFFICE}>, size=1, nrcpt=1 (queue active)",
    f"Authenticated as {OFFICE}", f"Successful login: '{OFFICE}'", f"({OFFICE})<1><x>: ",
    "alpenverein.example:443 192.0.2.1 - - ", "alpenverein.example [2026-11-25 10:00:00.000000] [core:error] x",
    "[pool alpenverein.example] ", "/x b _ i r alpenverein ftp 0 * c", f'user="{OFFICE}" address=192.0.2.1',
    f"2026-11-23T06:00:00+00:00 mail postfix/qmgr[1]: ABCDE12345: to=<{OFFICE}>, relay=x",
]  # fmt: skip
FORGED = st.sampled_from(FORGERIES)
TEXT = st.lists(FORGED | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12), max_size=4).map(
    " ".join
)


@pytest.mark.parametrize("name", PARSERS)
@settings(deadline=None)
@given(data=st.data())
def test_no_line_crashes_a_parser_and_names_stand_where_it_says(name: str, data: st.DataObject) -> None:
    parse, log = PARSERS[name]
    line = data.draw(st.sampled_from(LINES[log]) | st.binary(max_size=200))
    cut, end = sorted((data.draw(st.integers(0, len(line))), data.draw(st.integers(0, len(line)))))
    damaged = line[:cut] + data.draw(st.binary(max_size=30) | TEXT.map(str.encode)) + line[end:]
    for found in (line, damaged):
        entry = parse(found)
        for one in entry.names if entry is not None else ():
            shown = found[one.start : one.end].decode("utf-8", "replace").lower()
            assert one.value.lower() == re.sub(
                r'\A"([^+"]*)\+.*"@', r"\1@", re.sub(r"\A([^\"]*?)\+[^@]*@", r"\1@", shown)
            )


@pytest.mark.parametrize("name", PARSERS)
def test_the_recorded_lines_are_understood(name: str) -> None:
    parse, log = PARSERS[name]
    assert any(parse(line) is not None for line in LINES[log])


_HOST, _Z = "x[192.0.2.1]", "z@z.example"
_ENVELOPE = f"from=<{_Z}> to=<{_Z}> proto=ESMTP"
_SENT = "relay=x[192.0.2.1]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent"
# Fields that a stranger fills, each in the place in which the server writes it.
MAIL = {
    "helo": f"NOQUEUE: reject: RCPT from {_HOST}: 554 <{_Z}>: no; {_ENVELOPE} helo=<{{}}>",
    "rejected sender": f'NOQUEUE: reject: RCPT from {_HOST}: 554 x; from=<"{{}}"@z.example> to=<{_Z}> proto=ESMTP',
    "text of a reject": f"NOQUEUE: reject: RCPT from {_HOST}: 554 <{{}}>: no; {_ENVELOPE} helo=<z>",
    "quoted sender": 'ABCDE12345: from=<"{}"@z.example>, size=1, nrcpt=1 (queue active)',
    "quoted recipient": f'ABCDE12345: to=<"{{}}"@z.example>, {_SENT} (250 ok)',
    "quoted alias": f'ABCDE12345: to=<{_Z}>, orig_to=<"{{}}"@z.example>, {_SENT} (250 ok)',
    "words of a server": f"ABCDE12345: to=<{_Z}>, {_SENT} (host said: {{}})",
    "message id": "ABCDE12345: message-id=<{}>",
    "subject": f"ABCDE12345: warning: header Subject: {{}} from {_HOST}; {_ENVELOPE} helo=<z>",
    "login that failed": f"warning: {_HOST}: SASL PLAIN authentication failed: no, sasl_username=x {{}}",
}


@pytest.mark.parametrize("field", MAIL)
@given(text=TEXT)
def test_forged_mail_is_nobodys(field: str, text: str) -> None:
    _require_nobody(field, text)


@pytest.mark.parametrize("field", MAIL)
@pytest.mark.parametrize("text", FORGERIES)
def test_each_forgery_of_mail_is_nobodys(field: str, text: str) -> None:
    _require_nobody(field, text)


def _require_nobody(field: str, text: str) -> None:
    line = f"2026-11-23T06:00:00+00:00 mail postfix/smtpd[1]: {MAIL[field].format(text)}".encode()
    entry = postfix.parse(line)
    assert entry is not None
    tracker = Messages({OFFICE, "uid=1"})
    tracker.learn(entry, CLOCK)
    assert tracker.judge(entry, CLOCK).grants == ()


_SYSLOG = "2026-11-23T06:00:00+00:00 mail"
_REQUEST = "[25/Nov/2026:10:00:00 +0000]"
_SITE = f"z.example:443 192.0.2.1 - - {_REQUEST}"
FLAT: dict[str, tuple[Parser, str]] = {
    "delivery": (dovecot.parse, f"{_SYSLOG} dovecot: lmtp({_Z})<1><x>: sieve: msgid=<{{}}>: stored"),
    "failed login": (dovecot.parse, f"{_SYSLOG} dovecot: imap-login: Login aborted: x: user=<x {{}}>, rip=192.0.2.1"),
    "client's words": (dovecot.parse, f"{_SYSLOG} dovecot: imap-login: ID sent: {{}}: user=<>, rip=192.0.2.1"),
    "webmail": (webmail.parse, f'{_SYSLOG} hosting-webmail: refused: user="x {{}}" address=192.0.2.1'),
    "request": (access.shared, f'{_SITE} "GET {{}} HTTP/1.1" 200 1 "-" "-"'),
    "agent": (access.shared, f'{_SITE} "GET / HTTP/1.1" 200 1 "-" "{{}}"'),
    "visitor": (access.shared, f'z.example:443 192.0.2.1 - {{}} {_REQUEST} "GET / HTTP/1.1" 200 1 "-" "-"'),
    "path in the cloud": (access.cloud, f'192.0.2.1 - - {_REQUEST} "GET {{}} HTTP/1.1" 200 1 "-" "{{}}"'),
    "error": (web_error.shared, "z.example [2026-11-25 10:00:00.0] [php:error] [pid 1:tid 2] [client 192.0.2.1:5] {}"),
    "pool": (web_error.fpm, "[25-Nov-2026 10:00:00] WARNING: [pool z.example] child 7 said into stderr: {}"),
    "words of the pool manager": (web_error.fpm, "[25-Nov-2026 10:00:00] NOTICE: {}"),
}


@pytest.mark.parametrize("field", FLAT)
@given(text=TEXT)
def test_forged_lines_name_nobody_else(field: str, text: str) -> None:
    parse, line = FLAT[field]
    # Apache writes a quote of a visitor with a backslash, JSON as well
    shown = text.replace("\\", "\\\\").replace('"', '\\"')
    if field == "words of the pool manager" and shown.startswith("["):
        return
    entry = parse(line.replace("{}", shown).encode())
    names = {one.value for one in entry.names} if entry is not None else set()
    assert names <= {"z@z.example", "z.example"}


@given(text=TEXT)
def test_a_file_name_makes_nobody_an_owner(text: str) -> None:
    entry = xferlog.parse(f"Wed Nov 25 10:00:00 2026 0 h 1 /{text} b _ i r z ftp 0 * c".encode())
    assert entry is not None
    # the end of a line stands in some of them
    assert {one.value for one in entry.names} <= {"z"}
    assert entry.names or len(re.findall(rb"(?= [A-Za-z] \S+ [iod] [agr] )", f"/{text} b _ i r ".encode())) > 1
    assert entry.columns[3] == f"/{text}".encode()


@given(text=TEXT)
def test_a_session_is_whose_the_server_says(text: str) -> None:
    for parse, line in (
        (prosody.parse, f"2026-11-25T10:00:00+0000 c2s55aa\tinfo\tClient disconnected: {text}"),
        (
            prosody.parse,
            f"2026-11-25T10:00:00+0000 c2s55aa\tinfo\tFailed authentication attempt (x) for user x {text} from IP: h",
        ),
        (radicale.parse, f"[2026-11-25 10:00:00 +0000] [1/Thread-1] [INFO] GET request for '/{text}' received from h"),
        (
            radicale.parse,
            f'[2026-11-25 10:00:00 +0000] [1/Thread-1] [WARNING] Failed login attempt from h: "x \'{text}" (x)',
        ),
    ):
        entry = parse(line.encode())
        assert entry is not None
        tracker = Sessions({OFFICE})
        tracker.learn(entry, CLOCK)
        assert tracker.judge(entry, CLOCK).grants == ()


def test_roles_are_what_tables_say() -> None:
    assert {role.value for role in Role} == {"sender", "named-as-sender", "recipient", "login", "site"}
    assert Path(DATA).is_dir()


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("times", [0, 1, 40])
def test_what_was_understood_is_kept_as_it_was(name: str, times: int) -> None:
    """Each line is parsed once, and looked at twice."""
    parse, corpus = PARSERS[name]
    lines = [*LINES[corpus], b"", b"no line of it \xff\x00"] * times
    expected = [(line, parse(line)) for line in lines]
    with closing(KeptLines()) as kept:
        for line, entry in expected:
            kept.add(line, entry)
        assert list(kept.read()) == expected
