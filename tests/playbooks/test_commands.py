# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks do for an operator when nothing is wrong."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.clients import imap_login
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import LDAP, Provider, recap


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


def test_a_letter_forgets_what_its_customer_does_not_have_any_more(provider: Provider) -> None:
    """Neither a service that was opted out of nor an address that is a forwarding by now fails the on-boarding."""
    office, away = "office@thrifty.example", "away@thrifty.example"
    name = provider.customer("thrifty", mailboxes=[{"address": office}, {"address": away}])
    done = provider.run("onboard", customer=name)
    assert done.code == 0, done.output
    assert f"the letter: {provider.letters / name}.html" in done.output
    forwarding = {"address": away, "forward_to": ["someone@elsewhere.example"], "keep_copy": False}
    provider.customer(name, mailboxes=[{"address": office, "cloud": False, "chat": False}, forwarding])
    done = provider.run("onboard", customer=name)
    assert done.code == 0, done.output
    assert " 0 do not" in done.output
    mail = {(login["user"], login["service"]) for login in provider.letter(name)["logins"] if "@" in login["user"]}
    assert mail == {(office, "imap"), (office, "submission"), (office, "webmail")}
    entry = provider.host.run(*LDAP, "-b", provider.base(), f"(mail={away})", "userPassword", "hostingService")
    assert "hostingService" not in entry


def test_a_password_that_the_owner_has_chosen_is_neither_told_nor_tried(
    provider: Provider, imap: Callable[[str, str], str]
) -> None:
    """As a customer does in the webmail and in MariaDB: by the services themselves, as their own user."""
    name, address, chosen = provider.customer("headstrong"), "office@headstrong.example", "chosen-by-the-owner"
    provider.apply()
    old = _password(provider, name, "imap")
    dn = provider.host.run(*LDAP, "-b", provider.base(), f"(mail={address})", "dn").removeprefix("dn: ").strip()
    change = 'ldappasswd -x -H ldaps://localhost -D "$1" -y /root/old -t /root/old -T /root/new'
    script = f'printf %s "$2" >/root/old; printf %s "$3" >/root/new; {change}'
    trusted = "export LDAPTLS_CACERT=/etc/hosting/certificates/ca.crt"
    provider.host.run("sh", "-euc", f"{trusted}; {script}", "sh", dn, old, chosen)
    database = _password(provider, name, "database")
    options = f"[client]\nuser={name}-web\npassword={database}\n"
    statement = f"SET PASSWORD = PASSWORD('{chosen}')"
    client = f'mariadb --defaults-file=/dev/stdin --execute "{statement}"'
    provider.host.run("sh", "-c", client, stdin=options)
    assert imap(address, chosen) == "BYE"
    done = provider.run("onboard", customer=name)
    assert done.code == 0, done.output
    output = " ".join(done.output.split())
    assert f"letter: mailbox:{address}: the owner has chosen another password" in output
    assert f"letter: database:{name}-web: the owner has chosen another password" in output
    assert {_password(provider, name, service) for service in ("imap", "xmpp", "database")} == {"None"}
    assert _password(provider, name, "sftp") != "None"
    assert old not in (provider.letters / f"{name}.txt").read_text("utf-8")
    assert chosen not in done.output
    # it is theirs, and stays so
    assert imap(address, chosen) == "BYE"
    provider.unchanged()
    done = provider.run("reset_password", customer=name, login=f"mailbox:{address}")
    assert done.code == 0, done.output
    assert f"the letter: {provider.letters / name}.html" in done.output
    assert imap(address, _password(provider, name, "imap")) == "BYE"


def test_what_is_to_be_erased_is_named_in_every_run(provider: Provider) -> None:
    kept, gone = {"address": "office@obedient.example"}, {"address": "old@obedient.example"}
    name = provider.customer("obedient", mailboxes=[kept, gone])
    provider.apply()
    provider.customer(
        name, mailboxes=[kept], erase=[{"kind": "mailbox", "name": gone["address"], "approved": "2026-11-30"}]
    )
    for variables in ({"customer": name}, {}):
        done = provider.run("customers", **variables)
        assert done.code == 0, done.output
        output = " ".join(done.output.split())
        assert f"erase: mailbox {gone['address']} of {name}, approved 2026-11-30: NOT carried out" in output
        assert "`erase` removes" not in output


def test_the_letter_says_who_sends_it_and_what_there_is(provider: Provider) -> None:
    name = provider.customer("newcomer")
    done = provider.run("customers", hosting_provider="Berghost-GmbH", hosting_provider_contact="+43-1-23456")
    assert done.code == 0, done.output
    key = provider.host.run("ssh-keygen", "-lf", "/etc/proftpd/ssh_host_ed25519_key.pub").split()[1]
    for form in ("txt", "html"):
        letter = (provider.letters / f"{name}.{form}").read_text("utf-8")
        for wanted in (
            *("Berghost-GmbH", "+43-1-23456", "https://newcomer.example/", "newcomer.example/htdocs", key),
            *("https://statistics.lab.example/newcomer.example/", "info@newcomer.example", "someone@elsewhere.example"),
            "10 mail.lab.example",
        ):
            assert wanted in letter, wanted


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
