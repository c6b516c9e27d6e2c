# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in as customers do: over real sockets and TLS, with servers that let in, refuse, are silent or lie."""

from __future__ import annotations

import base64
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import paramiko
import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Endpoint
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.check import (
    Check,
    ProofOutcome,
    Tools,
    login_checks,
    run_checks,
    scrub,
    site_checks,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.database import (
    COMMAND,
    options,
    prove_database,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import (
    ConnectionRefused,
    Network,
)
from hypothesis import given
from hypothesis import strategies as st

from . import servers
from .servers import PASSWORD, USER, Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return who signs the certificates of this module's servers."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """End the servers with the test."""
    with ExitStack() as found:
        yield found


def _no_host(_command: str, _data: bytes) -> tuple[int, str, str]:
    raise AssertionError("nothing is to be run on the host")


def _tools(authority: Authority | None, timeout: float = 5) -> Tools:
    return Tools(Network({"*": "127.0.0.1"}, str(authority.file) if authority else None, timeout), _no_host)


def _login(service: str, port: int, **more: Any) -> dict[str, Any]:
    login = {
        "service": service,
        "user": USER,
        "password": PASSWORD,
        "host": "mail.example",
        "port": port,
        "security": "tls",
    }
    return {**login, **more}


def _try(tools: Tools, *logins: dict[str, Any], suspended: bool = False) -> list[ProofOutcome]:
    return run_checks(login_checks("alp", logins, tools, suspended=suspended, databases=None), 4)


@pytest.mark.parametrize("service", ["imap", "submission"])
def test_a_right_login_works(authority: Authority, stack: ExitStack, service: str) -> None:
    """And leaves no mail behind."""
    session = getattr(servers, service)
    port, said = stack.enter_context(servers.serving(authority.context("mail.example"), session))
    (outcome,) = _try(_tools(authority), _login(service, port))
    assert outcome == {
        "customer": "alp",
        "service": service,
        "user": USER,
        "address": f"mail.example:{port}",
        "works": True,
        "error": "",
    }
    commands = [line.split(" ")[1 if service == "imap" else 0].split(":")[0].upper() for line in said]
    if service == "imap":
        assert commands == ["CAPABILITY", "LOGIN", "LIST", "LOGOUT"]
    else:
        assert commands == ["EHLO", "AUTH", "NOOP", "MAIL", "RCPT", "RSET", "QUIT"]
        assert f"mail FROM:<{USER}>" in said
        assert f"rcpt TO:<{USER}>" in said


@pytest.mark.parametrize("service", ["imap", "submission"])
def test_a_wrong_password_is_told_and_not_quoted(authority: Authority, stack: ExitStack, service: str) -> None:
    """Even where the server quotes it, plain or as it went over the wire."""
    port, _said = stack.enter_context(servers.serving(authority.context("mail.example"), getattr(servers, service)))
    wrong = "wrong-pass-word"
    (outcome,) = _try(_tools(authority), _login(service, port, password=wrong))
    assert outcome["works"] is False
    assert "********" in outcome["error"]
    assert ("AUTHENTICATIONFAILED" if service == "imap" else "535 5.7.8") in outcome["error"]
    for form in (wrong, base64.b64encode(f"\0{USER}\0{wrong}".encode()).decode()):
        assert form not in str(outcome)


@pytest.mark.parametrize("service", ["imap", "submission"])
def test_certificates_are_checked(authority: Authority, stack: ExitStack, tmp_path: Path, service: str) -> None:
    """Signed by whom we trust, and for the very name; no password goes to anybody else."""
    session = getattr(servers, service)
    port, said = stack.enter_context(servers.serving(authority.context("other.example"), session))
    (outcome,) = _try(_tools(authority), _login(service, port))
    assert outcome["works"] is False
    assert "mail.example" in outcome["error"]
    good, also_said = stack.enter_context(servers.serving(authority.context("mail.example"), session))
    for tools in (_tools(None), _tools(Authority(tmp_path))):
        (outcome,) = _try(tools, _login(service, good))
        assert outcome["works"] is False
        assert "certificate verify failed" in outcome["error"].lower()
    assert said == also_said == []


@pytest.mark.parametrize("service", ["imap", "submission"])
def test_without_encryption_nothing_is_said(stack: ExitStack, service: str) -> None:
    """A server that offers no STARTTLS gets no password; a letter without encryption is refused."""
    port, said = stack.enter_context(servers.serving(None, getattr(servers, service)))
    for security in ("starttls", "none", None):
        (outcome,) = _try(_tools(None), _login(service, port, security=security))
        assert outcome["works"] is False
        assert outcome["error"]
    assert not [line for line in said if "LOGIN" in line or "AUTH" in line]


def test_no_password_goes_to_an_ftp_server_without_tls(stack: ExitStack) -> None:
    """The way of a whole login is tried on the lab's server."""
    port, said = stack.enter_context(servers.serving(None, servers.plain_ftp))
    for security in ("starttls", "tls", None):
        (outcome,) = _try(_tools(None), _login("ftp", port, security=security))
        assert outcome["works"] is False
        assert outcome["error"]
    assert [line for line in said if line != "QUIT"] == ["AUTH TLS"]


@pytest.mark.parametrize(("password", "works"), [(PASSWORD, True), ("wrong-pass-word", False)])
def test_a_login_over_sftp(stack: ExitStack, password: str, works: bool) -> None:
    """To a server whose key we know."""
    key = paramiko.ECDSAKey.generate()
    port, said = stack.enter_context(servers.sftp(key))
    tools = replace(_tools(None), host_keys=frozenset({f"{key.get_name()} {key.get_base64()}"}))
    (outcome,) = _try(tools, _login("sftp", port, security=None, password=password))
    assert (outcome["works"], bool(outcome["error"])) == (works, not works)
    assert said == [password]


def test_no_password_goes_to_an_sftp_server_that_is_not_ours(stack: ExitStack) -> None:
    """Whatever key it shows."""
    port, said = stack.enter_context(servers.sftp(paramiko.ECDSAKey.generate()))
    other = paramiko.ECDSAKey.generate()
    tools = replace(_tools(None), host_keys=frozenset({f"{other.get_name()} {other.get_base64()}"}))
    (outcome,) = _try(tools, _login("sftp", port, security=None))
    assert outcome["works"] is False
    assert "none of our web hosts" in outcome["error"]
    assert said == []


@pytest.mark.parametrize("service", ["imap", "submission"])
def test_a_silent_server_costs_the_timeout(authority: Authority, stack: ExitStack, service: str) -> None:
    """Several of them at once cost it once."""
    port, _said = stack.enter_context(servers.serving(authority.context("mail.example"), servers.silent))
    started = time.monotonic()
    outcomes = _try(_tools(authority, 0.5), *(_login(service, port) for _number in range(4)))
    assert [outcome["works"] for outcome in outcomes] == [False] * 4
    assert all("timed out" in outcome["error"] for outcome in outcomes)
    assert time.monotonic() - started < 1.9


def test_nobody_there(authority: Authority) -> None:
    """Told in the system's words."""
    (outcome,) = _try(_tools(authority), _login("imap", 1))
    assert (outcome["works"], outcome["error"]) == (False, "Connection refused")


def test_a_mail_server_that_refuses_the_own_address(authority: Authority, stack: ExitStack) -> None:
    """Who is let in and may not send as themselves cannot work."""

    def strict(reader: Any, writer: Any, said: list[str]) -> None:
        class Strict:
            def write(self, data: bytes) -> None:
                writer.write(b"553 5.7.1 not yours\r\n" if said and said[-1].startswith("mail") else data)

        servers.submission(reader, Strict(), said)  # type: ignore[arg-type]

    port, _said = stack.enter_context(servers.serving(authority.context("mail.example"), strict))
    (outcome,) = _try(_tools(authority), _login("submission", port))
    assert outcome["error"] == "MAIL FROM one's own address: 553 5.7.1 not yours"


def test_what_cannot_be_tried_is_told(authority: Authority) -> None:
    """Unknown passwords, services without a check, suspended customers."""
    tools = _tools(authority)
    outcomes = _try(
        tools,
        _login("imap", 1, password=None),
        _login("gopher", 70),
        {"service": "video", "user": USER, "password": "x", "url": "https://w.example/"},
    )
    assert [outcome["works"] for outcome in outcomes] == [None, None, None]
    assert [outcome["error"] for outcome in outcomes] == [
        "the customer has the password, we do not know it any more",
        "there is no check for this service",
        "there is no check for this service",
    ]
    assert outcomes[2]["address"] == "https://w.example/"
    assert _try(tools, _login("imap", 1), suspended=True)[0]["error"] == "the customer is suspended"


@pytest.mark.parametrize(
    ("status", "state", "works"),
    [
        (200, "present", True),
        (204, "present", True),
        (302, "present", True),
        (399, "present", True),
        (400, "present", False),
        (404, "present", False),
        (503, "present", False),
        (503, "suspended", True),
        (200, "suspended", False),
    ],
)
def test_sites(authority: Authority, stack: ExitStack, status: int, state: str, works: bool) -> None:
    """By name and alias, with the status that their state asks for."""
    names = ("alp.example", "www.alp.example")
    port, said = stack.enter_context(servers.serving(authority.context(*names), servers.web(status)))
    site = {"name": "alp.example", "aliases": ["www.alp.example"], "customer": "alp", "state": state, "kind": "php"}
    outcomes = run_checks(site_checks([site], Endpoint(None, port, "tls", None), _tools(authority)), 4)
    assert [outcome["works"] for outcome in outcomes] == [works, works]
    assert [outcome["address"] for outcome in outcomes] == [f"https://{name}:{port}/" for name in names]
    assert {f"Host: {name}:{port}" for name in names} <= set(said)
    assert all(bool(outcome["error"]) != works for outcome in outcomes)


def test_a_site_with_a_certificate_for_another_name(authority: Authority, stack: ExitStack) -> None:
    """The page alone proves nothing."""
    port, _said = stack.enter_context(servers.serving(authority.context("other.example"), servers.web(200)))
    site = {"name": "alp.example", "customer": "alp"}
    (outcome,) = run_checks(site_checks([site], Endpoint(None, port, None, None), _tools(authority)), 1)
    assert outcome["works"] is False
    assert "alp.example" in outcome["error"]


def test_sites_that_are_not_ours_are_not_tried(authority: Authority) -> None:
    """And the usual port is not shown."""
    (check,) = site_checks([{"name": "a.example", "customer": "alp", "managed": False}], None, _tools(authority))
    assert (check.prove, check.address, check.skipped) == (None, "https://a.example/", "not managed by us")


_FORMS = {
    "webmail": ('<input name="_token" value="t1">', 'rcmail.set_env({"task":"mail"});'),
    "database_tool": ('<input name="auth[password]">', "<input name='logout'>"),
}


def _page(service: str, port: int, **more: Any) -> dict[str, Any]:
    return {"service": service, "user": USER, "password": PASSWORD, "url": f"https://page.example:{port}/", **more}


@pytest.mark.parametrize("service", sorted(_FORMS))
def test_a_form_is_filled_in(authority: Authority, stack: ExitStack, service: str) -> None:
    """Right and wrong; the password goes nowhere but into the form."""
    session = servers.form(*_FORMS[service])
    port, said = stack.enter_context(servers.serving(authority.context("page.example"), session))
    right, wrong = _try(_tools(authority), _page(service, port), _page(service, port, password="wrong-pass-word"))
    assert (right["works"], right["error"]) == (True, "")
    assert wrong["works"] is False
    assert "401" in wrong["error"]
    assert not any(PASSWORD in line for line in said)


def test_webmail_is_asked_for_the_language_of_the_customer(authority: Authority, stack: ExitStack) -> None:
    """It keeps that of the first login."""
    session = servers.form(*_FORMS["webmail"])
    port, said = stack.enter_context(servers.serving(authority.context("page.example"), session))
    login = _page("webmail", port)
    checks = login_checks("alp", [login], _tools(authority), suspended=False, databases=None, language="it")
    assert [outcome["works"] for outcome in run_checks(checks, 1)] == [True]
    assert {line for line in said if line.startswith("Accept-Language:")} == {"Accept-Language: it"}


@pytest.mark.parametrize("service", sorted(_FORMS))
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shown": "<h1>Welcome</h1>"}, "form"),
        ({"inside": "<h1>Sorry</h1>"}, "after logging in"),
        ({"after": 500}, "500"),
        ({"sent_to": "https://evil.example/"}, "another server"),
        ({"sent_to": "http://page.example/"}, "another server"),
    ],
)
def test_other_pages_are_no_proof(
    authority: Authority, stack: ExitStack, service: str, change: dict[str, Any], message: str
) -> None:
    shown, inside = _FORMS[service]
    session = servers.form(**{"shown": shown, "inside": inside, **change})
    port, _said = stack.enter_context(servers.serving(authority.context("page.example"), session))
    (outcome,) = _try(_tools(authority), _page(service, port))
    assert outcome["works"] is False
    assert message in outcome["error"]


@pytest.mark.parametrize("service", sorted(_FORMS))
def test_whoever_is_always_in_needs_no_login(authority: Authority, stack: ExitStack, service: str) -> None:
    """A page that shows everything to everybody proves nothing."""
    session = servers.form("".join(_FORMS[service]), _FORMS[service][1])
    port, _said = stack.enter_context(servers.serving(authority.context("page.example"), session))
    (outcome,) = _try(_tools(authority), _page(service, port))
    assert (outcome["works"], "form" in outcome["error"]) == (False, True)


@pytest.mark.parametrize("url", ["http://page.example/", "", "ftp://page.example/"])
def test_no_form_without_encryption(authority: Authority, url: str) -> None:
    (outcome,) = _try(_tools(authority), _page("webmail", 1, url=url))
    assert outcome["works"] is False
    assert "https" in outcome["error"]


DATABASE = {
    "service": "database",
    "user": "alp-web",
    "password": PASSWORD,
    "host": "localhost",
    "port": None,
    "security": "socket",
    "database": "alp-web",
}


def test_the_password_of_a_database_goes_through_standard_input() -> None:
    """The command is the same for everybody."""
    seen: list[tuple[str, bytes]] = []

    def run(command: str, data: bytes) -> tuple[int, str, str]:
        seen.append((command, data))
        return 0, "alp-web@localhost\talp-web\n", ""

    prove_database(DATABASE, run, 5)
    ((command, data),) = seen
    assert command == COMMAND
    assert PASSWORD.encode() in data
    assert b"protocol=socket" in data
    assert PASSWORD not in command


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((97, "", ""), "passes no standard input"),
        ((127, "", "sh: mariadb: not found"), "no client `mariadb`"),
        ((1, "", "ERROR 1045 (28000): Access denied\n"), "^ERROR 1045 .28000.: Access denied$"),
        ((1, "", ""), "mariadb ended with 1"),
        ((0, "", ""), "logged in as ''"),
        ((0, "root@localhost\talp-web\n", ""), "logged in as 'root@localhost'"),
        ((0, "alp-web@localhost\tmysql\n", ""), "to 'mysql'"),
    ],
)
def test_whatever_else_the_client_says_is_no_proof(answer: tuple[int, str, str], message: str) -> None:
    """Not even success as somebody else."""
    with pytest.raises(ConnectionRefused, match=message):
        prove_database(DATABASE, lambda _command, _data: answer, 5)


def test_databases_elsewhere_are_reached_over_tls() -> None:
    """With the certificate checked."""
    text = options({**DATABASE, "host": "db.example", "port": 3307, "security": "tls"}, 2.4)
    assert {"protocol=tcp", 'host="db.example"', "port=3307", "ssl-verify-server-cert", "connect-timeout=2"} <= {
        *text.splitlines()
    }


@given(st.text())
def test_nothing_breaks_out_of_the_option_file(value: str) -> None:
    """One line stays one line, one value one value."""
    try:
        text = options({**DATABASE, "password": value}, 5)
    except ConnectionRefused:
        assert any(character < " " for character in value)
        return
    (line,) = [line for line in text.split("\n") if line.startswith("password=")]
    quoted = line.removeprefix('password="').removesuffix('"')
    assert quoted.replace("\\\\", "").replace('\\"', "").count('"') == 0
    assert quoted.replace('\\"', '"').replace("\\\\", "\\") == value


def test_databases_that_are_not_here_are_not_tried(authority: Authority) -> None:
    """Another host has them."""
    (check,) = login_checks("alp", [DATABASE], _tools(authority), suspended=False, databases=frozenset({"other"}))
    assert (check.prove, check.skipped) == (None, "not on this host")


def test_the_host_is_used_by_one_thread_only() -> None:
    """Its connection can do one thing at a time."""
    import threading

    threads: list[int] = []
    checks = [
        Check("alp", "x", "u", "a", prove=lambda: threads.append(threading.get_ident()), on_host=True)
        for _number in range(5)
    ]
    assert all(outcome["works"] for outcome in run_checks(checks, 4))
    assert set(threads) == {threading.get_ident()}


@pytest.mark.parametrize(
    "error",
    [ValueError(PASSWORD), OSError(5, PASSWORD), KeyError(), UnicodeDecodeError("ascii", PASSWORD.encode(), 0, 1, "x")],
)
def test_no_exception_gets_through(error: Exception) -> None:
    """Nor what it quotes."""

    def prove() -> None:
        raise error

    (outcome,) = run_checks([Check("alp", "imap", USER, "a", prove=prove, password=PASSWORD)], 1)
    assert outcome["works"] is False
    assert outcome["error"]
    assert PASSWORD not in outcome["error"]


@given(st.text(min_size=1), st.text(), st.text())
def test_scrubbing_leaves_no_form(secret: str, before: str, after: str) -> None:
    """Plain, quoted for URLs, and in base64."""
    for form in (secret, urllib.parse.quote(secret), base64.b64encode(secret.encode()).decode()):
        assert form not in scrub(before + form + after, [secret]).replace("********", "") or form in before + after
