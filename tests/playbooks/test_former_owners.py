# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that pass from one customer to another, and what left the register: whose it was, theirs it stays."""

from __future__ import annotations

import imaplib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.pages import prove_webmail
from ansible_collections.magmasoft.hosting.tests.integration.clients import imap_login, imap_wait
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook
from ansible_collections.magmasoft.hosting.tests.playbooks.exports import Exports, contents
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import LDAP, Provider, recap

FORMER, NEXT = "former", "following"
SITE = "shop.handed-on.example"
ADDRESS = "office@handed-on.example"
MAIL, WEBMAIL = "mail.lab.example", "webmail.lab.example"
ROUNDCUBE = "/var/lib/hosting/webmail/data/roundcube.db"
CANARY = "canary-of-the-former-owner"
# where each service has something of the former owner
SENDER, VISIT, IDENTITY = f"{CANARY}-mail@outside.example", f"{CANARY}-visit", f"{CANARY}-identity"


class _HandedOn:
    """An address and a site that pass from one customer to another."""

    def __init__(self, exports: Exports, host: Host, place: Path) -> None:
        self.exports, self.host, self.place = exports, host, place
        self.provider = exports.provider
        self.imap: imaplib.IMAP4 | None = None
        self.ca_file = str(place / "ca.crt")
        Path(self.ca_file).write_text(self.host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")

    def register(self, owner: str) -> None:
        """Give address and site to one of the two."""
        for name in (FORMER, NEXT):
            own = f"{name}-owner.example"
            boxes = [{"address": f"office@{own}"}, *([{"address": ADDRESS}] if name == owner else [])]
            sites = [{"domain": own}, *([{"domain": SITE, "kind": "static"}] if name == owner else [])]
            self.provider.customer(name, sites=sites, databases=[], mailboxes=boxes)

    def use(self, owner: str) -> None:
        """Log in to mail and webmail as the owner of the address, and look at the site."""
        logins = self.provider.letter(owner)["logins"]
        password = next(
            login["password"] for login in logins if login["user"] == ADDRESS and login["service"] == "imap"
        )
        self.end()
        self.imap = imap_login(MAIL, 993, ADDRESS, password, self.ca_file, self.host.address)
        network = Network({"*": self.host.address}, self.ca_file, 20)
        prove_webmail({"url": f"https://{WEBMAIL}/", "user": ADDRESS, "password": password}, network)
        reach = "--resolve '*:443:127.0.0.1' --cacert /etc/hosting/certificates/ca.crt"
        self.host.run("sh", "-c", f"curl -s {reach} https://{SITE}/{VISIT if owner == FORMER else 'visit'}")

    def end(self) -> None:
        """End the connection that is open."""
        if self.imap is not None:
            self.imap.logout()

    def deliver(self, sender: str) -> None:
        """Send a mail to the address."""
        mail = f"From: {sender}\nTo: {ADDRESS}\nSubject: from {sender}\n\ntext\n"
        self.host.run("sendmail", "-f", sender, ADDRESS, stdin=mail)
        assert self.imap is not None
        assert imap_wait(self.imap, f"from {sender}")

    def webmail(self, statement: str) -> str:
        """Ask the database of the webmail."""
        return self.host.run("runuser", "-u", "hosting-webmail", "--", "sqlite3", ROUNDCUBE, statement).strip()

    def close(self) -> None:
        """Take the name away from the former owner where services have it, as an operator would by hand; data stay."""
        directory = {"base": "dc=lab,dc=example"}
        mine = {"name": ADDRESS, "customer": FORMER, "state": "absent"}
        self.host.converge("mailbox", {"directory": directory, "mailboxes": [mine]})
        self.host.converge("cloud_account", {"accounts": [mine], "purge": True})
        self.host.converge("chat_account", {"accounts": [mine]})
        self.host.converge("site", {"sites": [{**mine, "name": SITE}], "users": {}, "purge": True})

    def bag(self, name: str) -> dict[str, bytes]:
        """Export everything of a customer; return all files of the bag, unpacked."""
        code, output = self.exports.run("export", customer=name, bag="all")
        assert code == 0, output
        return dict(contents(self.exports.bag(name, "all", self.place)))


@pytest.fixture
def handed_on(provider: Provider, host: Host, tmp_path: Path) -> Iterator[_HandedOn]:
    """Return them, which were nobody's before."""
    found = _HandedOn(Exports(provider, tmp_path), host, tmp_path)
    yield found
    found.end()


def test_who_gets_a_name_finds_nothing_of_the_former_owner(handed_on: _HandedOn) -> None:
    handed_on.register(FORMER)
    handed_on.provider.apply()
    handed_on.use(FORMER)
    handed_on.deliver(SENDER)
    handed_on.webmail(
        f"UPDATE identities SET name = '{IDENTITY}'"
        f" WHERE user_id = (SELECT user_id FROM users WHERE username = '{ADDRESS}')"
    )
    handed_on.close()
    handed_on.register(NEXT)
    handed_on.provider.apply()

    handed_on.use(NEXT)
    assert handed_on.imap is not None
    assert handed_on.imap.select()[1] == [b"0"]
    names = "SELECT name FROM identities JOIN users USING (user_id) WHERE username"
    assert IDENTITY not in handed_on.webmail(f"{names} = '{ADDRESS}'")
    # what was made for the new owner is of the new life of the name
    handed_on.provider.unchanged()
    handed_on.deliver("new@outside.example")
    mine = handed_on.bag(NEXT)
    assert [path for path, content in mine.items() if CANARY.encode() in content] == []
    assert any(b"new@outside.example" in content for path, content in mine.items() if "maildir" in path)
    assert any(b"/visit" in content for path, content in mine.items() if path.startswith("data/logs/web"))

    # and it is the former owner's, who is handed it
    theirs = handed_on.bag(FORMER)
    assert any(SENDER.encode() in content for path, content in theirs.items() if "maildir" in path)
    for canary, where in ((SENDER, "data/logs/mail.log"), (VISIT, f"data/logs/web/{SITE}.access.log")):
        assert canary.encode() in theirs[where]
        assert b"new@outside.example" not in theirs[where]
    assert any(IDENTITY.encode() in content for path, content in theirs.items() if path.endswith("webmail.json"))


def test_what_left_the_register_is_reported_and_handed_out(provider: Provider, tmp_path: Path) -> None:
    exports = Exports(provider, tmp_path)
    name = "leaver"
    left = {
        "mailboxes": [{"address": "office@leaver.example"}, {"address": "treasurer@leaver.example"}],
        "sites": [{"domain": "leaver.example"}, {"domain": "youth.leaver.example"}],
        "databases": [{"name": "leaver-web"}, {"name": "leaver-youth"}],
        "file_logins": [{"name": name}, {"name": "leaver-youth"}],
    }
    provider.customer(name, **left)
    provider.apply()
    host = provider.host
    mail = "From: a@outside.example\nTo: treasurer@leaver.example\nSubject: left\n\nleft-mail\n"
    host.run("sendmail", "-f", "a@outside.example", "treasurer@leaver.example", stdin=mail)
    host.run("mariadb", "leaver-youth", stdin="CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('left-row')")
    page = "/srv/www/leaver/youth.leaver.example/htdocs/index.html"
    host.run("runuser", "-u", "hc-leaver", "--", "tee", page, stdin="left-page")
    provider.customer(name, **{field: found[:1] for field, found in left.items()})
    provider.apply()

    reports = tmp_path / "reports"
    code, output = exports.run("report", customer=name, hosting_reports_dir=str(reports))
    assert code == 0, output
    report = json.loads((reports / "leaver.json").read_text("utf-8"))
    kinds = {(kind["kind"], item["item"]) for kind in report["kinds"] for item in kind["items"]}
    assert {
        ("site_files", "youth.leaver.example"),
        ("databases", "leaver-youth"),
        ("mail_messages", "treasurer@leaver.example"),
    } <= kinds
    code, output = exports.run("export", customer=name, bag="all")
    assert code == 0, output
    bag = dict(contents(exports.bag(name, "all", tmp_path)))
    for canary in (b"left-mail", b"left-row", b"left-page"):
        assert any(canary in content for content in bag.values()), canary
    assert b"treasurer@leaver.example" in bag["data/directory.ldif"]


def _homes(host: Host) -> list[str]:
    """Return the homes that have the mail from before."""
    found = host.run("sh", "-c", "cd /srv/mail; grep -rl 'from before' . | sort").split()
    return [path.partition("/Maildir/")[0] for path in found]


def test_homes_from_before_are_brought_to_their_customers(provider: Provider, host: Host, tmp_path: Path) -> None:
    """They lay below their domains; of an address that is nobody's nobody finds anything."""
    boxes = [{"address": "office@older.example", "aliases": ["info@older.example"]}]
    provider.customer("older", sites=[], databases=[], mailboxes=boxes)
    provider.apply()
    script = """cd /srv/mail; for name in office info gone; do
        mkdir -p older.example/$name/Maildir/cur older.example/$name/Maildir/new older.example/$name/Maildir/tmp
        printf 'Subject: from before\\n\\nof %s\\n' $name >older.example/$name/Maildir/cur/1700000000.M1P1.lab:2,S
    done
    # somebody was set aside before under this name
    mkdir -p .nobodys/older.example/gone; chown -R vmail:vmail older.example .nobodys"""
    host.run("sh", "-c", script)
    playbook = tmp_path / "mail.yml"
    play = {"hosts": host.name, "become": True, "gather_facts": False, "roles": ["magmasoft.hosting.mail"]}
    playbook.write_text(json.dumps([play]), "utf-8")
    before = _homes(host)
    # a directory that is down: nothing is moved, and mail is served on
    host.run("systemctl", "stop", "slapd.service")
    failed = ansible_playbook("-i", provider.inventory, playbook)
    host.run("systemctl", "start", "slapd.service")
    assert "the directory does not answer; nothing was moved" in failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert host.run("systemctl", "is-active", "dovecot.service").strip() == "active"
    checked = ansible_playbook("-i", provider.inventory, playbook, "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert _homes(host) == before
    done = ansible_playbook("-i", provider.inventory, playbook)
    assert done.returncode == 0, done.stdout + done.stderr
    for output in (checked.stdout, done.stdout):
        assert "gone@older.example: /srv/mail/.nobodys/older.example/gone.1" in output
        assert "info@older.example: /srv/mail/older/older.example/info" in output
    homes = ["./.nobodys/older.example/gone.1", "./older/older.example/info", "./older/older.example/office"]
    assert _homes(host) == homes
    # what a run leaves that is killed at its very end is no change for ever
    host.run("install", "-d", "-o", "vmail", "-g", "vmail", "/srv/mail/older.example")
    again = ansible_playbook("-i", provider.inventory, playbook)
    assert "changed=0" in recap(again.stdout, host.name), again.stdout
    assert "No such file" in host.run("sh", "-c", "ls -d /srv/mail/older.example 2>&1 || true")
    login = next(login for login in provider.letter("older")["logins"] if login["service"] == "imap")
    (tmp_path / "ca.crt").write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    with imap_login(MAIL, 993, login["user"], login["password"], str(tmp_path / "ca.crt"), host.address) as mailbox:
        assert mailbox.select()[1] == [b"1"]


def test_the_directory_notes_whose_a_name_is_and_since_when(provider: Provider) -> None:
    host = provider.host

    def records(name: str) -> dict[str, list[str]]:
        text = host.run(*LDAP, "-b", "ou=customers,dc=lab,dc=example", f"(o={name})", "hostingName")
        values = [line.partition(": ")[2].split(" ") for line in text.splitlines() if line.startswith("hostingName")]
        return {f"{kind} {value}": rest for kind, value, *rest in values}

    boxes = [{"address": "office@noted.example", "aliases": ["info@noted.example"]}]
    provider.customer("noted", sites=[], databases=[], mailboxes=boxes)
    provider.customer("taking", sites=[], databases=[], mailboxes=[{"address": "office@taking.example"}])
    provider.apply()
    before = records("noted")
    assert set(before) == {"mailbox office@noted.example", "mailbox_alias info@noted.example", "file_login noted"}
    assert all(since != "-" and until == "-" and len(number) == 16 for since, until, number in before.values())
    # an alias passes to somebody else
    provider.customer("noted", sites=[], databases=[], mailboxes=[{"address": "office@noted.example"}])
    boxes = [{"address": "office@taking.example", "aliases": ["info@noted.example"]}]
    # and a name of one kind is none of another: there is a login noted
    provider.customer("taking", sites=[], databases=[{"name": "noted"}], mailboxes=boxes)
    provider.apply()
    assert records("noted")["file_login noted"] == before["file_login noted"]
    since, until, number = records("noted")["mailbox_alias info@noted.example"]
    begun, end, other = records("taking")["mailbox_alias info@noted.example"]
    assert (since, until, end) == (before["mailbox_alias info@noted.example"][0], begun, "-")
    assert number != other
    provider.unchanged()


def _marks(host: Host) -> dict[str, str]:
    """Return which life of its name each service says to have, of the customer ``lives``."""
    apache = "/var/lib/hosting/web/current/manifest.json"
    prosody = "/var/lib/hosting/chat/current/manifest.json"
    query = "SELECT incarnation FROM magmasoft_hosting.ownership WHERE kind = 'database' AND name = 'lives-web'"
    chat = json.loads(host.run("cat", prosody))["notes"]["lives.example"]["accounts"]["office@lives.example"]
    return {
        "database lives-web": host.run("mariadb", "-N", "-e", query).strip(),
        "site lives.example": json.loads(host.run("cat", apache))["notes"]["lives.example"]["incarnation"],
        "mailbox office@lives.example": json.loads(host.run("cat", "/srv/cloud/office@lives.example/account.json"))[
            "incarnation"
        ],
        "chat": chat["incarnation"],
    }


def test_what_is_of_a_former_life_of_a_name_is_given_to_nobody(provider: Provider) -> None:
    host = provider.host
    sites, boxes = [{"domain": "lives.example"}], [{"address": "office@lives.example"}]
    provider.customer("lives", sites=sites, databases=[{"name": "lives-web"}], mailboxes=boxes)
    provider.apply()
    text = host.run(*LDAP, "-b", "ou=customers,dc=lab,dc=example", "(o=lives)", "hostingName")
    values = [line.partition(": ")[2].split(" ") for line in text.splitlines() if line.startswith("hostingName")]
    noted = {f"{kind} {name}": number for kind, name, _since, _until, number in values}
    marks = _marks(host)
    assert marks.pop("chat") == noted["mailbox office@lives.example"]
    assert marks.items() <= noted.items()

    # somebody else had the name in between
    own = noted["database lives-web"]
    update = "UPDATE magmasoft_hosting.ownership SET incarnation = '{}' WHERE name = 'lives-web'"
    host.run("mariadb", "-e", update.format("00000000000000aa"))
    done = provider.run("customers")
    host.run("mariadb", "-e", update.format(own))
    assert done.code != 0
    assert "database lives-web" in done.output
    assert "former life of this name" in " ".join(done.output.split())
    provider.unchanged()
