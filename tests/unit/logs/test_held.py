# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name that passes from one customer to another: each is handed the lines of the time in which it was theirs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection, Spans
from ansible_collections.magmasoft.hosting.tests.unit.logs.corpora import export, mailbox, selection, site

PASSED_ON = datetime(2026, 11, 24, tzinfo=UTC).timestamp()
BEFORE, AFTER = [(-math.inf, PASSED_ON)], [(PASSED_ON, math.inf)]
ADDRESS, DOMAIN = "office@shop.example", "shop.example"


def _who(name: str, spans: Spans, **more: Any) -> Selection:
    found = selection("somebody", mailbox(ADDRESS, "info@shop.example"), sites=[site(DOMAIN)], file_logins=["shop"])
    return replace(found, held={name: spans}, **more)


_REQUEST = '192.0.2.1 - - [{day}/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"'
_LOGIN = (
    "2026-11-{day}T12:00:00+00:00 mail dovecot: imap-login: Login: user=<{name}>, method=PLAIN, rip=198.51.100.7,"
    " lip=192.0.2.1, mpid=5, TLS, session=<x>"
)
_TRANSFER = "Mon Nov {day} 12:00:00 2026 0 192.0.2.1 1 /htdocs/x b _ i r {name} sftp 0 * c"


@pytest.mark.parametrize(
    ("kind", "name", "line"),
    [
        ("web_access_log", DOMAIN, "{name}:443 " + _REQUEST),
        ("mail_login_log", ADDRESS, _LOGIN),
        ("mail_login_log", "info@shop.example", _LOGIN),
        ("file_transfer_log", "shop", _TRANSFER),
    ],
)
@pytest.mark.parametrize(("spans", "days"), [(BEFORE, ["23"]), (AFTER, ["25"]), (None, ["23", "25"]), ([], [])])
def test_lines_of_the_time(  # the kinds and the times
    tmp_path: Path, kind: str, name: str, line: str, spans: Spans | None, days: Sequence[str]
) -> None:
    log = tmp_path / "log"
    written = {day: line.format(day=day, name=name) for day in ("23", "25")}
    log.write_text("".join(f"{text}\n" for text in written.values()), "utf-8")
    place: dict[str, Any] = {"files": [str(log)]}
    if kind == "web_access_log":
        (tmp_path / "own").mkdir()
        place = {"shared": [str(log)], "own": f"{tmp_path}/own/{{site}}.log"}
    who = _who(name, spans) if spans is not None else replace(_who(name, []), held={})
    found = export(kind, place, [who], tmp_path / "bag")["somebody"]
    assert found.lines == [written[day] for day in days]
    (record,) = found.exports
    assert (record["tally"]["given"], record["tally"]["withheld"]) == (len(days), 2 - len(days))


@pytest.mark.parametrize(("spans", "days"), [(BEFORE, ["23"]), (AFTER, ["25"])])
def test_a_log_of_its_own_has_the_name_of_the_site_alone(tmp_path: Path, spans: Spans, days: Sequence[str]) -> None:
    """What nobody understands has no time by which it could be told whose it is."""
    (tmp_path / "own").mkdir()
    lines = {day: _REQUEST.format(day=day) for day in ("23", "25")}
    text = f"{lines['23']}\nnot understood\n{lines['25']}\n"
    (tmp_path / "own" / f"{DOMAIN}.log").write_text(text, "utf-8")
    place = {"shared": [], "own": f"{tmp_path}/own/{{site}}.log"}
    found = export("web_access_log", place, [_who(DOMAIN, spans)], tmp_path / "bag")["somebody"]
    assert found.lines == [lines[day] for day in days]
