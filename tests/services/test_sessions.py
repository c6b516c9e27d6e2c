# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Suspension ends what is open: whoever is in when a login is closed is put out, and nobody else."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.tests.integration.clients import imap_connect
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

ONE, TWO = "session-one", "session-two"
# as long as a login may be: what the daemon's table cuts off would never be found
LONG = "session-one-with-a-very-long-na"
PASSWORD = "a-good-pass-word"


def _address(customer: str) -> str:
    return f"office@{customer}.example"


def _login(name: str) -> dict[str, str]:
    return {"name": name, "customer": ONE if name.startswith(ONE) else TWO}


def _accounts(host: Host, base: str, state: str) -> None:
    """Bring both customers, their mailboxes and file logins to a state."""
    hashed = {kind: hash_password(kind, PASSWORD) for kind in ("mailbox", "file_login")}
    customers = [
        {"name": name, "customer": name, "state": state, "domains": [f"{name}.example"]} for name in (ONE, TWO)
    ]
    logins = [{**_login(name), "state": state} for name in (ONE, LONG, TWO)]
    boxes = [{"name": _address(name), "customer": name, "state": state} for name in (ONE, TWO)]
    common: dict[str, Any] = {"directory": {"base": base}}
    order: list[tuple[str, dict[str, Any]]] = [
        (
            "customer_account",
            {
                "customers": customers,
                "file_logins": logins,
                "password_hashes": {login["name"]: hashed["file_login"] for login in logins},
            },
        ),
        (
            "mailbox",
            {"mailboxes": boxes, "password_hashes": {box["name"]: hashed["mailbox"] for box in boxes}},
        ),
    ]
    for module, options in order if state != "absent" else reversed(order):
        done = host.module(module, {**common, **options})
        assert not done.get("failed"), done["msg"]


@pytest.fixture(scope="module")
def accounts(host: Host, directory_base: str) -> Iterator[None]:
    """Two customers; nothing of them stays."""
    _accounts(host, directory_base, "present")
    host.run("sh", "-c", f"mkdir -p /srv/www/{ONE} /srv/www/{TWO}; chmod 755 /srv/www/{ONE} /srv/www/{TWO}")
    yield
    host.run("sh", "-c", f"rm -rf /srv/www/{ONE} /srv/www/{TWO}")
    _accounts(host, directory_base, "absent")


def _imap(host: Host, customer: str, ca_file: Path) -> imaplib.IMAP4:
    ca_file.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    address = host.address
    connection = imap_connect("mail.lab.example", 993, str(ca_file), address)
    connection.login(_address(customer), PASSWORD)
    return connection


def _sftp(host: Host, login: str) -> paramiko.SFTPClient:
    address = host.address
    transport = paramiko.Transport((address, 2222))
    transport.connect(username=login, password=PASSWORD)
    channel = transport.open_session()
    channel.settimeout(10)
    channel.invoke_subsystem("sftp")
    return paramiko.SFTPClient(channel)


@pytest.mark.usefixtures("accounts")
def test_mail_is_closed_to_the_one_and_open_to_the_other(host: Host, tmp_path: Path) -> None:
    one, two = (_imap(host, customer, tmp_path / "ca.crt") for customer in (ONE, TWO))
    nobody = host.converge("session", {"daemon": "dovecot", "logins": [_login("session-two@nowhere.example")]})
    assert nobody["results"] == []
    done = host.converge("session", {"daemon": "dovecot", "logins": [{"name": _address(ONE), "customer": ONE}]})
    assert [(item["name"], item["action"]) for item in done["results"]] == [(_address(ONE), "remove")]
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        one.noop()
    one.shutdown()
    assert two.noop()[0] == "OK"
    two.logout()


@pytest.mark.usefixtures("accounts")
def test_files_are_closed_to_the_one_and_open_to_the_other(host: Host) -> None:
    one, long, two = (_sftp(host, login) for login in (ONE, LONG, TWO))
    done = host.converge("session", {"daemon": "proftpd", "logins": [_login(LONG)]})
    assert [item["name"] for item in done["results"]] == [LONG]
    with pytest.raises((OSError, EOFError)):
        long.listdir(".")
    assert one.listdir(".") == two.listdir(".") == []
    done = host.converge("session", {"daemon": "proftpd", "logins": [_login(ONE), _login(LONG)]})
    assert [item["name"] for item in done["results"]] == [ONE]
    with pytest.raises((OSError, EOFError)):
        one.listdir(".")
    assert two.listdir(".") == []
    two.close()


@pytest.mark.parametrize(
    ("daemon", "name"), [("dovecot", "*"), ("proftpd", "*"), ("dovecot", "?ffice@session-two.example")]
)
def test_patterns_are_no_logins(host: Host, accounts: None, daemon: str, name: str, tmp_path: Path) -> None:
    two, files = _imap(host, TWO, tmp_path / "ca.crt"), _sftp(host, TWO)
    done = host.module("session", {"daemon": daemon, "logins": [{"name": name, "customer": TWO}]})
    assert done["results"] == []
    assert two.noop()[0] == "OK"
    assert files.listdir(".") == []
    two.logout()
    files.close()


@pytest.mark.parametrize(("daemon", "unit"), [("dovecot", "dovecot.service"), ("proftpd", "proftpd.service")])
def test_a_daemon_that_is_stopped(host: Host, daemon: str, unit: str) -> None:
    host.run("systemctl", "stop", unit)
    try:
        done = host.module("session", {"daemon": daemon, "logins": [{"name": _address(ONE), "customer": ONE}]})
    finally:
        host.run("systemctl", "start", unit)
    assert done["failed"]
    assert done["error"]["code"] == "service-unavailable"
    assert "playbook servers" in done["msg"]
    assert not done["changed"]
