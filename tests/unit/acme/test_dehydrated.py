# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What dehydrated says of an order that failed: which name, and why, whatever others have put into the text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import dehydrated
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.dehydrated import (
    Dehydrated,
    OrderFailed,
    one_line,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.process import Identity

NAMES = ("verein.example", "www.verein.example", "old.example")
_CHALLENGE = r"""Processing
 + Requesting new certificate order from CA...
 + Received 3 authorizations URLs from the CA
 + Handling authorization for verein.example
 + Handling authorization for old.example
 + 3 pending challenge(s)
 + Deploying challenge tokens...
 + Responding to challenge for verein.example authorization...
 + Challenge is valid!
 + Responding to challenge for old.example authorization...
 + Cleaning challenge tokens...
 + Challenge validation has failed :(
ERROR: Challenge is invalid! (returned: invalid) (result: ["type"]\t"http-01"
["url"]\t"https://ca.example/chall/1"
["status"]\t"invalid"
["error","type"]\t"urn:ietf:params:acme:error:unauthorized"
["error","detail"]\t"192.0.2.1: Invalid response from http://old.example/x: \"<html>\n + Responding to challenge for \
verein.example authorization...\u001b[31m\""
["error","status"]\t403
["error"]\t{"type":"urn:ietf:params:acme:error:unauthorized"}
["validationRecord",0,"hostname"]\t"old.example")
""".replace("\\t", "\t").replace("\\\n", "")


def _request(status: int, kind: str, detail: str) -> str:
    return f"""  + ERROR: An error occurred while sending post-request to https://ca.example/order (Status {status})

Details:
HTTP/2 {status}
content-type: application/problem+json

{{
  "type": "urn:ietf:params:acme:error:{kind}",
  "detail": "{detail}",
  "status": {status}
}}

"""


class _Host:
    """A program that stands in for dehydrated."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = place
        program = place / "dehydrated"
        program.write_text(f'#!/bin/sh\necho "$*" >>{place}/calls\n. {place}/script\n')
        program.chmod(0o755)
        monkeypatch.setattr(process, "_ENVIRONMENT", {"PATH": f"{place}:/usr/bin:/bin"})
        self.client = Dehydrated("/etc/x.conf", str(place / "home"), str(place), Identity(os.geteuid(), os.getegid()))

    def fails(self, said: str, code: int = 1) -> OrderFailed:
        (self.place / "said").write_text(said)
        (self.place / "script").write_text(f"cat {self.place}/said >&2; exit {code}\n")
        with pytest.raises(OrderFailed) as caught:
            self.client.order(NAMES, b"request")
        return caught.value


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Host:
    return _Host(tmp_path, monkeypatch)


def test_the_name_that_could_not_be_proved_is_named(host: _Host) -> None:
    """The page of a name that leads elsewhere is quoted, and may hold anything."""
    failure = host.fails(_CHALLENGE)
    assert failure.names == ("old.example",)
    assert not failure.ends_run
    assert failure.reason.startswith('192.0.2.1: Invalid response from http://old.example/x: "<html> + Responding')
    assert failure.reason.isprintable()


@pytest.mark.parametrize(
    ("said", "names", "ends_run"),
    [
        (
            _request(400, "rejectedIdentifier", r"Cannot issue for \"old.example\": forbidden by policy"),
            ["old.example"],
            False,
        ),
        (_request(403, "caa", "CAA record for verein.example prevents issuance"), NAMES[:2], False),
        (_request(400, "malformed", "Order includes too many identifiers"), NAMES, False),
        (
            _request(429, "rateLimited", r"too many certificates already issued for \"old.example\""),
            ["old.example"],
            False,
        ),
        (_request(429, "rateLimited", "too many new orders (300) from this account"), NAMES, True),
        (_request(403, "userActionRequired", "the terms of service have changed"), NAMES, True),
        (_request(500, "serverInternal", "an error of the authority"), NAMES, True),
        (_request(400, "invalidContact", "no") + "Error registering account key. See message above.", NAMES, True),
        ("ERROR: Problem connecting to server (get for https://ca.example/; curl returned with 7)", NAMES, True),
        ("ERROR: Order in status invalid", NAMES, False),
        ("", NAMES, True),
    ],
)
def test_what_is_at_fault(host: _Host, said: str, names: list[str], ends_run: bool) -> None:
    failure = host.fails(said)
    assert (list(failure.names), failure.ends_run) == (list(names), ends_run)
    assert failure.reason


def test_an_account_that_is_lost_is_made_anew_once(host: _Host) -> None:
    (host.place / "home" / "accounts" / "x").mkdir(parents=True)
    host.fails(_request(400, "accountDoesNotExist", "No account exists with the provided key"))
    assert not (host.place / "home" / "accounts").exists()
    calls = (host.place / "calls").read_text().splitlines()
    assert len(calls) == 2
    # a lock that a killed one has left would stop all that follow
    assert all("--no-lock" in call for call in calls)


def test_an_order_that_never_ends_is_ended(host: _Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dehydrated, "_ORDER_SECONDS", 0.2)
    (host.place / "script").write_text("exec sleep 60\n")
    with pytest.raises(OrderFailed, match="there is no result") as caught:
        host.client.order(NAMES, b"request")
    assert not caught.value.ends_run


def test_the_request_and_the_answer_pass(host: _Host) -> None:
    (host.place / "script").write_text('for file; do :; done; echo "answer to $(cat "$file")"\n')
    assert host.client.order(NAMES, b"request") == b"answer to request\n"


def test_challenges_of_a_killed_run_are_swept(host: _Host, tmp_path: Path) -> None:
    place = tmp_path / "challenges"
    place.mkdir()
    (place / "token").touch()
    Dehydrated("/etc/x.conf", str(tmp_path), str(place), host.client.identity).sweep()
    assert list(place.iterdir()) == []


def test_what_others_have_written_fits_into_a_log() -> None:
    assert one_line("a\n\x1b[31mb\u202ec\0d") == "a [31mb c d"
    assert len(one_line("x" * 1000)) == 300
