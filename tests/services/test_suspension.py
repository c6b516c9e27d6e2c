# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A customer is suspended and let in again, by the playbook and through every service; nothing of theirs is touched."""

from __future__ import annotations

import asyncio
import ftplib
import imaplib
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import paramiko
import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.clients import Ftp, imap_login, imap_wait
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.logins import Logins
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider, recap

from .chat import Chat, play

ONE, TWO = "closing-one", "closing-two"
OLD = "closing-one-old"
SITE, FILES = f"{ONE}.example", f"files.{ONE}.example"
ADDRESS = f"office@{SITE}"
LEFT_SITE, LEFT_ADDRESS = f"left.{ONE}.example", f"left@{SITE}"
MAIL_HOST = "mail.lab.example"
CA = "/etc/hosting/certificates/ca.crt"
ENDLESS = "<?php while (true) { echo str_repeat('.', 8192); flush(); sleep(1); }"
# Everything that the customer has given to the provider, as it lies on the disks.
_SUMS = "-print0 | sort -z | xargs -0r sha256sum"
DATA = f"""set -e
echo site; find /srv/www/{ONE} -type f {_SUMS}
echo modes; find /srv/www/{ONE} /srv/mail/{ONE}/{SITE}/office/Maildir/cur -printf '%p %l %u %g %m\\n' | sort
echo mail; find /srv/mail/{ONE}/{SITE} -type f -path '*/Maildir/*' ! -name 'dovecot*' ! -name maildirsize {_SUMS}
echo cloud; find /srv/cloud/{ADDRESS} -type f ! -name account.json {_SUMS}
cd /var/lib/hosting/cloud/collections/collection-root
echo collections; find {ADDRESS} -type f ! -path '*/.Radicale*' {_SUMS}
echo chat; find /var/lib/prosody -type f -path '*closing%2done%2eexample*' ! -name cron.dat {_SUMS}
echo database; mariadb-dump --no-defaults --skip-comments {ONE}-web | sha256sum
"""


@dataclass
class Closing:
    """Two customers with everything that there is, and one thing that is not ours to close."""

    provider: Provider
    address: str
    ca_file: str
    connections: ExitStack = field(default_factory=ExitStack)

    @property
    def host(self) -> Host:
        """Return the host that all services are on."""
        return self.provider.host

    @property
    def network(self) -> Network:
        """Return how clients reach the services."""
        return Network({"*": self.address}, self.ca_file, 20)

    def register(self, status: str = "active", *, more: bool = False) -> None:
        """Write both customers, the first with a status; with ``more``, of what leaves the register later, too."""
        added: dict[str, list[dict[str, str]]] = {"sites": [], "databases": [], "mailboxes": [], "file_logins": []}
        if more:
            added = {
                "sites": [{"domain": LEFT_SITE}],
                "databases": [{"name": f"{ONE}-left"}],
                "mailboxes": [{"address": LEFT_ADDRESS}],
                "file_logins": [{"name": f"{ONE}-left", "site": LEFT_SITE}],
            }
        for name in (ONE, TWO):
            extra = added if name == ONE else {kind: [] for kind in added}
            self.provider.customer(
                name,
                language="de",
                contract={"status": status if name == ONE else "active"},
                sites=[
                    {"domain": f"{name}.example", "kind": "php", "databases": [f"{name}-web"]},
                    {"domain": f"files.{name}.example"},
                    *extra["sites"],
                ],
                file_logins=[{"name": name}, *extra["file_logins"]],
                databases=[
                    {"name": f"{name}-web"},
                    *([{"name": OLD, "managed": False}] if name == ONE else []),
                    *extra["databases"],
                ],
                database_tool=True,
                mailboxes=[
                    {"address": f"office@{name}.example", "quota": "1G", "cloud": {"quota": "1G"}},
                    *extra["mailboxes"],
                ],
            )

    def logins(self, name: str = ONE) -> Logins:
        """Return the logins in a customer's letter."""
        letter = self.provider.letter(name)
        return Logins(letter, {"*": self.address}, self.ca_file, self.host, [self.host])

    def password(self, service: str, name: str = ONE, user: str = "") -> str:
        """Return the password in a customer's letter, that of the first login or of one."""
        logins = [login for login in self.provider.letter(name)["logins"] if login["service"] == service]
        return next(str(login["password"]) for login in logins if user in ("", login["user"]))

    def shell(self, script: str) -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-c", script)

    def fetch(self, domain: str) -> tuple[int, str]:
        """Fetch the start page of a site; return status and page."""
        options = f"--resolve '*:443:127.0.0.1' --cacert {CA} --max-time 20 -w '\\n%{{http_code}}'"
        page, _newline, status = self.shell(f"curl -s {options} https://{domain}/").rpartition("\n")
        return int(status), page

    def fill(self) -> None:
        """Put something into each place."""
        reach = f"--cacert {CA} --resolve '*:8443:127.0.0.1' -u {ADDRESS}:{self.password('cloud')}"
        event = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nBEGIN:VEVENT\nUID:one\nDTSTAMP:20261123T120000Z\n"
        event += "DTSTART:20261124T180000Z\nSUMMARY:Probe\nEND:VEVENT\nEND:VCALENDAR\n"
        for path, content in ((f"files/{ADDRESS}/Noten.txt", "do re mi"), (f"dav/{ADDRESS}/calendar/one.ics", event)):
            self.host.run(
                "sh",
                "-c",
                f"curl -sf {reach} -X PUT --data-binary @- https://cloud.lab.example:8443/{path}",
                stdin=content,
            )
        for domain, name, content in (
            (SITE, "index.php", "<?php echo 'good day';"),
            (SITE, "endless.php", ENDLESS),
            (FILES, "index.html", "files"),
        ):
            path = f"/srv/www/{ONE}/{domain}/htdocs/{name}"
            self.host.run("runuser", "-u", f"hc-{ONE}", "--", "tee", path, stdin=content)
        self.host.run("ln", "-s", "/etc/passwd", f"/srv/www/{ONE}/{FILES}/htdocs/planted")
        self.host.run(
            "mariadb", stdin=f"CREATE TABLE `{ONE}-web`.songs (name TEXT); INSERT INTO `{ONE}-web`.songs VALUES ('x')"
        )
        self.deliver("before")
        with self.imap() as mailbox:
            assert imap_wait(mailbox, "before")

    def deliver(self, subject: str) -> None:
        """Send a mail to the customer from the host itself."""
        mail = f"From: carla@outside.example\nTo: {ADDRESS}\nSubject: {subject}\n\ntext\n"
        self.host.run("sendmail", "-f", "carla@outside.example", ADDRESS, stdin=mail)

    def imap(self, name: str = ONE, user: str = "") -> imaplib.IMAP4:
        """Log in as a program for mail does."""
        user = user or f"office@{name}.example"
        password = self.password("imap", name, user)
        connection = imap_login(MAIL_HOST, 993, user, password, self.ca_file, self.address)
        self.connections.callback(_end, connection)
        return connection

    def ftp(self, name: str = ONE) -> ftplib.FTP_TLS:
        """Log in as a program for FTP does."""
        connection = Ftp("files.lab.example", self.ca_file, self.address)
        self.connections.callback(connection.close)
        connection.login(name, self.password("ftp", name))
        return connection

    def sftp(self, name: str = ONE) -> paramiko.SFTPClient:
        """Log in as a program for SFTP does."""
        transport = paramiko.Transport((self.address, 2222))
        self.connections.callback(transport.close)
        transport.connect(username=name, password=self.password("sftp", name))
        channel = transport.open_session()
        channel.settimeout(10)
        channel.invoke_subsystem("sftp")
        return paramiko.SFTPClient(channel)

    def started(self) -> list[str]:
        """Begin what does not end by itself, a query and a page; return the processes of the client and of PHP."""
        page = f"curl -s --resolve '*:443:127.0.0.1' --cacert {CA} https://{SITE}/endless.php"
        options = f"[client]\nuser={ONE}-web\npassword={self.password('database')}\n"
        self.host.run("sh", "-c", "umask 077; cat > /root/closing.cnf", stdin=options)
        query = "mariadb --defaults-file=/root/closing.cnf -e 'SELECT SLEEP(600)'"
        self.shell(f"{page} >/dev/null 2>&1 &")
        begun = self.shell(f"{query} >/dev/null 2>&1 & echo $!; sleep 2; pgrep -u hc-{ONE}").split()
        assert len(begun) > 1
        return begun

    def running(self, processes: list[str]) -> list[str]:
        """Return those of the processes that have not ended."""
        return self.shell(f"for p in {' '.join(processes)}; do kill -0 $p 2>/dev/null && echo $p; done; true").split()


@pytest.fixture(scope="module")
def provider(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """Return a provider with an empty register."""
    inventory = os.environ.get("HOSTING_TEST_INVENTORY")
    if not inventory:
        pytest.skip("HOSTING_TEST_INVENTORY names no provider; Molecule sets it")
    return Provider(Host(host.name), Path(inventory), tmp_path_factory.mktemp("provider"))


@pytest.fixture
def closing(provider: Provider, tmp_path: Path) -> Iterator[Closing]:
    """Return both customers, applied, neither of them suspended."""
    ca_file = tmp_path / "ca.crt"
    ca_file.write_text(provider.host.run("cat", CA), "utf-8")
    found = Closing(provider, provider.host.address, str(ca_file))
    found.register()
    provider.apply()
    yield found
    found.connections.close()


def test_a_suspension_closes_everything_and_ends_with_everything_as_it_was(
    closing: Closing, directory_base: str
) -> None:
    provider = closing.provider
    # the first login to the cloud makes the calendar
    closing.logins().require_open()
    closing.fill()
    before, hashes, held = closing.shell(DATA), provider.hashes(ONE), provider.snapshot(ONE)
    for part in ("index.php", "planted", "Noten.txt", "one.ics", "Maildir/", "database"):
        assert part in before
    mail, files, transfer = closing.imap(), closing.ftp(), closing.sftp()
    others = closing.imap(TWO), closing.ftp(TWO), closing.sftp(TWO)
    processes = closing.started()
    assert closing.running(processes) == processes
    chat = Chat(closing.host, directory_base, closing.network)

    async def suspend() -> str:
        async with (
            chat.client(ADDRESS, closing.password("xmpp")) as open_chat,
            chat.client(f"office@{TWO}.example", closing.password("xmpp", TWO)) as other_chat,
        ):
            closing.register("suspended")
            done = await asyncio.to_thread(provider.run, "customers", customer=ONE)
            assert done.code == 0, done.output
            assert open_chat.ended.is_set()
            assert not other_chat.ended.is_set()
            return done.output

    output = play(suspend())
    assert f"by hand: database {OLD} of {ONE}" in output
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        mail.noop()
    with pytest.raises((ftplib.Error, EOFError, OSError)):
        files.voidcmd("NOOP")
    with pytest.raises((OSError, EOFError)):
        transfer.listdir(".")
    assert _without(closing, processes) == []
    closing.logins().require_closed()
    for domain in (SITE, FILES):
        status, page = closing.fetch(domain)
        assert (status, "Vor&#252;bergehend nicht erreichbar" in page) == (503, True)
    assert others[0].noop()[0] == "OK"
    assert others[1].voidcmd("NOOP").startswith("200")
    assert others[2].listdir(".")
    closing.logins(TWO).require_open()
    assert closing.shell(DATA) == before
    closing.deliver("meanwhile")
    assert _arrived(closing, "meanwhile")
    assert "changed=0" in recap(provider.run("customers", customer=ONE).output, closing.host.name)

    closing.register()
    done = provider.run("customers", customer=ONE)
    assert done.code == 0, done.output
    assert provider.hashes(ONE) == hashes
    assert provider.snapshot(ONE) == held
    assert _without_lines(closing.shell(DATA), "meanwhile", closing) == before
    closing.logins().require_open()
    with closing.imap() as mailbox:
        assert imap_wait(mailbox, "meanwhile")
    assert [closing.fetch(domain) for domain in (SITE, FILES)] == [(200, "good day"), (200, "files")]


def test_what_left_the_register_is_named_and_closed_with_its_customer(closing: Closing) -> None:
    """A mailbox, a site, a database, a login that are in the file no more: nobody else would ever close them."""
    provider = closing.provider
    closing.register(more=True)
    provider.apply()
    logins, session = closing.logins(), closing.imap(user=LEFT_ADDRESS)
    logins.require_open()

    closing.register()
    output = provider.run("customers", customer=ONE).output
    left = {
        "mailbox": LEFT_ADDRESS,
        "cloud_account": LEFT_ADDRESS,
        "chat_account": LEFT_ADDRESS,
        "site": LEFT_SITE,
        "database": f"{ONE}-left",
        "file_login": f"{ONE}-left",
    }
    for kind, name in left.items():
        assert f"orphan: {kind} {name} of {ONE}" in output
    assert session.noop()[0] == "OK"
    logins.require_open()

    closing.register("suspended")
    done = provider.run("customers", customer=ONE)
    assert done.code == 0, done.output
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        session.noop()
    logins.require_closed()
    assert closing.fetch(LEFT_SITE)[0] == 503
    again = provider.run("customers", customer=ONE).output
    assert "changed=0" in recap(again, closing.host.name)
    assert f"orphan: site {LEFT_SITE} of {ONE}" in again
    # nor does it come back with its customer: the register does not want it
    closing.register()
    assert provider.run("customers", customer=ONE).code == 0
    assert closing.fetch(LEFT_SITE)[0] == 503
    closing.logins().require_open()


def _end(connection: imaplib.IMAP4) -> None:
    """Close a connection, whoever has ended it before."""
    with suppress(OSError):
        connection.shutdown()


def _without(closing: Closing, processes: list[str]) -> list[str]:
    """Return the processes that have not ended; a running request is given the time that PHP-FPM gives it."""
    until = time.monotonic() + 15
    while (left := closing.running(processes)) and time.monotonic() < until:
        time.sleep(0.5)
    return left


def _arrived(closing: Closing, subject: str) -> bool:
    find = f"grep -rl 'Subject: {subject}' /srv/mail/{ONE}/{SITE}/office/Maildir/new || true"
    until = time.monotonic() + 30
    while not (found := closing.shell(find)) and time.monotonic() < until:
        time.sleep(0.3)
    return bool(found)


def _without_lines(data: str, subject: str, closing: Closing) -> str:
    """Return the data without the one mail that came meanwhile."""
    path = closing.shell(f"grep -rl 'Subject: {subject}' /srv/mail/{ONE}/{SITE}/office/Maildir/new").strip()
    return "".join(line for line in data.splitlines(keepends=True) if path not in line)


def test_daemons_that_are_stopped_are_named_and_the_rest_is_closed(closing: Closing) -> None:
    """Who is still logged in, only the daemon knows; it is asked again by the next run."""
    provider = closing.provider
    stopped = ("dovecot", "proftpd")
    closing.register("suspended")
    closing.host.run("systemctl", "stop", *stopped)
    try:
        done = provider.run("customers", customer=ONE)
    finally:
        closing.host.run("systemctl", "start", *stopped)
    assert done.code != 0
    verdict = done.output[done.output.rindex("Give the verdict") :].lower()
    for daemon in stopped:
        assert daemon in verdict
    assert closing.fetch(SITE)[0] == 503
    closing.logins().require_closed()
    done = provider.run("customers", customer=ONE)
    assert done.code == 0, done.output
    assert "changed=0" in recap(done.output, closing.host.name)


def test_a_provider_may_refuse_mail_to_the_suspended(closing: Closing, tmp_path: Path) -> None:
    """By a setting of the role; whoever writes is told why."""
    provider = closing.provider
    closing.register("suspended")
    assert provider.run("customers", customer=ONE).code == 0
    send = (
        f'python3 -c \'import smtplib; s = smtplib.SMTP("127.0.0.1", 25); s.ehlo(); s.mail("carla@outside.example");'
        f' print(*(s.rcpt(address) for address in ("{ADDRESS}", "office@{TWO}.example")))\''
    )
    assert closing.shell(send).count("(250") == 2
    try:
        _mail_role(closing, tmp_path, hosting_mail_suspended="reject")
        said = closing.shell(send)
        assert said.count("(250") == 1
        assert "(550, b'5.2.1 " in said
        assert "This mailbox is closed" in said
    finally:
        _mail_role(closing, tmp_path)
    assert closing.shell(send).count("(250") == 2


def _mail_role(closing: Closing, place: Path, **variables: str) -> None:
    """Apply the role to the host."""
    playbook = place / "mail.yml"
    play = {"hosts": closing.host.name, "become": True, "gather_facts": False, "roles": ["magmasoft.hosting.mail"]}
    playbook.write_text(json.dumps([play]), "utf-8")
    done = ansible_playbook("-i", closing.provider.inventory, "-e", json.dumps(variables), playbook)
    assert done.returncode == 0, done.stdout + done.stderr
