# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks do for an operator when nothing is wrong."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.clients import imap_login
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider, recap


def test_check_mode_predicts_what_the_run_then_does(provider: Provider) -> None:
    name = provider.customer("foreseen")
    predicted = provider.results("customers", "--check", "--diff")
    assert provider.results("customers", "--check", "--diff") == predicted
    assert provider.results("customers", "--diff") == predicted
    assert {kind for kind, *_rest in predicted} >= {"customer", "mailbox", "database", "site"}
    assert provider.results("customers", "--diff") == []
    provider.customer(name, contract={"status": "suspended"})
    predicted = provider.results("customers", "--check", customer=name)
    assert {action for _kind, _name, action, _fields in predicted} == {"suspend"}
    assert provider.results("customers", customer=name) == predicted


@pytest.fixture
def imap(provider: Provider, tmp_path: Path) -> Callable[[str, str], str]:
    """Return a function that logs in by IMAP and says what the server answered."""
    authority = tmp_path / "ca.crt"
    authority.write_text(provider.host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    address = provider.host.address

    def login(user: str, password: str) -> str:
        connection = imap_login("mail.lab.example", 993, user, password, str(authority), address)
        return connection.logout()[0]

    return login


def _password(provider: Provider, name: str, service: str) -> str:
    logins = provider.letter(name)["logins"]
    return next(str(login["password"]) for login in logins if login["service"] == service)


def test_a_mailbox_gets_a_new_password(provider: Provider, imap: Callable[[str, str], str]) -> None:
    name, address = provider.customer("forgetful"), "office@forgetful.example"
    provider.apply()
    old, database = _password(provider, name, "imap"), _password(provider, name, "database")
    assert imap(address, old) == "BYE"
    done = provider.run("reset_password", customer=name, login=f"mailbox:{address}")
    assert done.code == 0, done.output
    new = _password(provider, name, "imap")
    assert new != old
    assert imap(address, new) == "BYE"
    with pytest.raises(imaplib.IMAP4.error):
        imap(address, old)
    assert _password(provider, name, "database") == database
    assert new not in done.output
    provider.unchanged()


def test_a_database_gets_a_new_password(provider: Provider) -> None:
    name = provider.customer("leaky")
    provider.apply()
    old = _password(provider, name, "database")
    done = provider.run("reset_password", customer=name, login=f"database:{name}-web")
    assert done.code == 0, done.output
    new = _password(provider, name, "database")
    assert "access denied" in _sql(provider, name, old).lower()
    assert _sql(provider, name, new) == f"{name}-web@localhost\n"
    credentials = provider.host.run("cat", f"/srv/www/{name}/{name}.example/private/databases.json")
    assert new in credentials
    assert old not in credentials
    provider.unchanged()


def test_a_login_for_files_gets_a_new_password(provider: Provider) -> None:
    name = provider.customer("mislaid")
    provider.apply()
    old, stored = _password(provider, name, "sftp"), set(provider.hashes(name))
    done = provider.run("reset_password", customer=name, login=f"file_login:{name}")
    assert done.code == 0, done.output
    new = _password(provider, name, "sftp")
    assert new == _password(provider, name, "ftp") != old
    # one hash is another, and every login of the letter works
    assert len(set(provider.hashes(name)) - stored) == 1
    done = provider.run("onboard", customer=name)
    assert done.code == 0, done.output
    assert new not in done.output


def _sql(provider: Provider, name: str, password: str) -> str:
    """Return what the customer is told who logs in with this password."""
    options = f"[client]\nuser={name}-web\npassword={password}\n"
    client = "mariadb --defaults-file=/dev/stdin --batch --skip-column-names --execute 'SELECT CURRENT_USER()' 2>&1"
    return provider.host.run("sh", "-c", client, stdin=options, check=False)


def test_a_login_that_does_not_exist(provider: Provider) -> None:
    name = provider.customer("typo")
    provider.apply()
    before = provider.letter(name)
    for login in ("mailbox:office@nobody.example", "database", ""):
        done = provider.run("reset_password", customer=name, login=login)
        assert done.code != 0
        assert "mailbox:office@typo.example" in done.output
        assert "changed=0" in recap(done.output, "localhost")
        assert provider.letter(name) == before


def test_a_customer_who_is_in_no_file(provider: Provider) -> None:
    provider.customer("somebody")
    done = provider.run("customers", customer="nobody")
    assert done.code != 0
    assert "customer 'nobody' is in no file of the register" in done.output[done.output.rindex("TASK [") :]
    assert "changed=0" in recap(done.output, provider.host.name)
    assert "Apply customers" not in done.output


def test_passwords_that_are_damaged_stop_their_customer_only(provider: Provider) -> None:
    broken, well = provider.customer("damaged"), provider.customer("undamaged")
    pending = provider.letters / "pending"
    pending.mkdir(mode=0o700, parents=True)
    provider.letters.chmod(0o700)
    file = pending / f"{broken}.json"
    file.write_text("{", "utf-8")
    file.chmod(0o600)
    done = provider.run("customers")
    output = " ".join(done.output.split())
    assert done.code != 0
    assert f"letter of {broken}:" in output
    assert "is damaged" in output
    assert _password(provider, well, "imap")
    file.unlink()
    provider.apply()
    assert _password(provider, broken, "imap")
