# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of closed logins: who is put out, who is not, and daemons that say strange things."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import dovecot, proftpd
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.process import CompletedProgram
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch, reconcile
from ansible_collections.magmasoft.hosting.plugins.module_utils._service import session
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.session import SessionService, closed_login


class Daemon:
    """Somebody is logged in; who is ``deaf`` cannot be put out."""

    def __init__(self, *connected: str, deaf: str = "") -> None:
        self.inside = set(connected)
        self.deaf = deaf
        self.asked = 0

    def connected(self) -> frozenset[str]:
        self.asked += 1
        return frozenset(self.inside)

    def disconnect(self, user: str) -> None:
        if user != self.deaf:
            self.inside.discard(user)


def _run(daemon: Daemon, *names: str, check: bool = False) -> Report:
    wanted = [closed_login({"name": name, "customer": "c"}) for name in names]
    return reconcile([Batch(SessionService("file_login", daemon), wanted)], check_mode=check)


def test_only_those_named_are_put_out() -> None:
    daemon = Daemon("one", "two")
    predicted = _run(daemon, "one", "three", check=True)
    assert daemon.inside == {"one", "two"}
    done = _run(daemon, "one", "three")
    assert [(item["kind"], item["name"], item["action"]) for item in done.results] == [
        ("file_login_session", "one", "remove")
    ]
    assert [item["name"] for item in predicted.results] == ["one"]
    assert daemon.inside == {"two"}
    assert not _run(daemon, "one", "three").changed


def test_the_daemon_is_asked_once_for_all() -> None:
    daemon = Daemon("somebody")
    _run(daemon, *(f"login{number}" for number in range(100)))
    assert daemon.asked == 1


def test_who_stays_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_SECONDS", 0)
    report = _run(Daemon("one", "two", deaf="two"), "one", "two")
    assert {item["name"]: item["status"] for item in report.results} == {"one": "done", "two": "failed"}


def test_a_pattern_is_refused() -> None:
    report = _run(Daemon("*"), "*")
    assert [item["status"] for item in report.results] == ["failed"]


@pytest.mark.parametrize("client", [dovecot.Dovecot(), proftpd.Proftpd()])
@pytest.mark.parametrize(
    "said",
    [CompletedProgram(1, "no"), CompletedProgram(0, "no"), CompletedProgram(0, "[1]"), CompletedProgram(0, '{"a": 1}')],
)
def test_an_answer_that_is_none(
    client: dovecot.Dovecot | proftpd.Proftpd, said: CompletedProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(_argv: Sequence[str], **_more: object) -> CompletedProgram:
        return said

    monkeypatch.setattr(process, "run", answer)
    with pytest.raises(ServiceUnavailable):
        client.connected()
