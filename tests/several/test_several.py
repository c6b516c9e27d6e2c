# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A provider on four hosts: on-boarding, suspension, resumption, and what each host opens to the network."""

from __future__ import annotations

import imaplib
import json
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bagit
import paramiko
import pytest
from ansible_collections.magmasoft.hosting.tests.integration.clients import (
    Sieve,
    imap_connect,
    imap_login,
    smtp_connect,
)
from ansible_collections.magmasoft.hosting.tests.integration.host import PLACE, ROOT, Host
from ansible_collections.magmasoft.hosting.tests.integration.logins import Logins
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook
from ansible_collections.magmasoft.hosting.tests.kinds.world import unpacked

MAIL, DATABASE = "hosting-several-mail", "hosting-several-db"
WEB1, WEB2 = "hosting-several-web1", "hosting-several-web2"
# what each may open to the others, and to the world; SSH is the operator's own
SSH, SMTP, LDAPS, MARIADB, SIEVE, FTP, SFTP, CLOUD = 22, 25, 636, 3306, 4190, 21, 2222, 443
# with TLS from the first byte on, and by STARTTLS
WEB, SUBMISSION, IMAP, CHAT = {80, 443}, {465, 587}, {993, 143}, {5222, 5223, 5269, 5281}
OPEN = {
    MAIL: {SSH, SMTP, *SUBMISSION, LDAPS, *IMAP, SIEVE, CLOUD, *CHAT},
    DATABASE: {SSH, MARIADB, *WEB},
    WEB1: {SSH, FTP, SFTP, *WEB},
    WEB2: {SSH, FTP, SFTP, *WEB},
}
CHAT_NAME = "chat.lab.example"
# names of services, and the hosts that they lead to
NAMES = {
    "webmail.lab.example": WEB1,
    "databases.lab.example": DATABASE,
    "cloud.lab.example": MAIL,
    CHAT_NAME: MAIL,
}
# What the customer has on each host, and what must be seen there.
_SUMS = "-print0 | sort -z | xargs -0r sha256sum"
_MAIL = "/srv/mail/chor /srv/cloud/*chor.example /var/lib/prosody/chor%2eexample"
DATA = {
    MAIL: f"find {_MAIL} -type f ! -name 'dovecot*' ! -name account.json {_SUMS}",
    DATABASE: "mariadb-dump --no-defaults --skip-comments chor-web",
    WEB1: f"find /srv/www/chor -type f {_SUMS}",
    WEB2: f"find /srv/www/chor -type f {_SUMS}",
}
PARTS = {MAIL: ("Maildir/", "song.txt", "prosody/"), DATABASE: ("songs",), WEB1: ("song.txt",), WEB2: ("song.txt",)}
# Waits until all mail has been delivered.
QUEUE_EMPTY = "for n in $(seq 100); do postqueue -p | grep -q 'is empty' && exit; sleep 0.2; done; exit 1"
QUERY = """<?php
$login = (require '../private/databases.php')['chor-web'];
$database = mysqli_init();
$database->ssl_set(null, null, '/etc/hosting/certificates/ca.crt', null, null);
[$host, $user, $password, $name] = [$login['host'], $login['user'], $login['password'], $login['database']];
$database->real_connect($host, $user, $password, $name, 3306, null, MYSQLI_CLIENT_SSL);
echo $database->query("SHOW STATUS LIKE 'Ssl_version'")->fetch_row()[1];
"""


@dataclass
class Several:
    """The provider, with a register that the test may change."""

    place: Path
    hosts: dict[str, Host] = field(default_factory=lambda: {name: Host(name) for name in OPEN})

    @property
    def register(self) -> Path:
        """Return where the register lies."""
        return self.place / "register"

    def status(self, customer: str, status: str) -> None:
        """Change the status of a customer's contract."""
        file = self.register / f"{customer}.yml"
        file.write_text(re.sub(r"status: \w+", f"status: {status}", file.read_text("utf-8")), "utf-8")

    def run(self, playbook: str, **variables: str) -> str:
        """Run a playbook, which has to end well; return what it printed."""
        given = {"hosting_register_dir": self.register, **variables}
        extra = [part for name, value in given.items() for part in ("-e", f"{name}={value}")]
        done = ansible_playbook("-i", os.environ["HOSTING_TEST_INVENTORY"], f"magmasoft.hosting.{playbook}", *extra)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def logins(self, customer: str) -> dict[tuple[str, str], dict[str, Any]]:
        """On-board a customer; return what was tried, by service and address."""
        file = self.place / "logins.json"
        self.run("onboard", customer=customer, hosting_logins_file=str(file))
        tried = json.loads(file.read_text("utf-8"))
        return {(row["service"], row["address"]): row for row in tried if row["customer"] == customer}

    def address(self, host: str) -> str:
        """Return the address of a host."""
        return self.hosts[host].address

    def letter(self, customer: str) -> dict[str, Any]:
        """Return a customer's letter."""
        letter: dict[str, Any] = json.loads((PLACE / "letters" / f"{customer}.json").read_text("utf-8"))
        return letter

    def password(self, customer: str, service: str) -> str:
        """Return the password in a customer's letter."""
        return next(str(login["password"]) for login in self.letter(customer)["logins"] if login["service"] == service)

    def tried(self, customer: str) -> Logins:
        """Return the logins in a customer's letter, to be tried whatever the register says."""
        hosts = {**dict(zip(OPEN, OPEN, strict=True)), **NAMES}
        connect_to = {name: self.address(host) for name, host in hosts.items()}
        web = [self.hosts[WEB1], self.hosts[WEB2]]
        return Logins(self.letter(customer), connect_to, str(PLACE / "ca.crt"), web[0], web)

    @contextmanager
    def sftp(self, customer: str, host: str) -> Iterator[paramiko.SFTPClient]:
        """Log in as a program for SFTP does."""
        with closing(paramiko.Transport((self.address(host), SFTP))) as transport:
            transport.connect(username=customer, password=self.password(customer, "sftp"))
            channel = transport.open_session()
            channel.settimeout(10)
            channel.invoke_subsystem("sftp")
            yield paramiko.SFTPClient(channel)

    @contextmanager
    def imap(self, customer: str) -> Iterator[imaplib.IMAP4]:
        """Log in as a program for mail does."""
        user, password = f"office@{customer}.example", self.password(customer, "imap")
        connection = imap_login(MAIL, 993, user, password, str(PLACE / "ca.crt"), self.address(MAIL))
        try:
            yield connection
        finally:
            # without a farewell: the server may have closed it
            connection.shutdown()

    @contextmanager
    def opened(self, customer: str, *web: str) -> Iterator[list[Callable[[], object]]]:
        """Log in to mail and files; yield what asks each connection for something."""
        with ExitStack() as stack:
            mail = stack.enter_context(self.imap(customer))
            files = [stack.enter_context(self.sftp(customer, host)) for host in web]
            yield [mail.noop, *(client.listdir for client in files)]

    def fill(self) -> None:
        """Have something of the customer on each host."""
        for host, domain in ((WEB1, "chor.example"), (WEB2, "termine.chor.example")):
            path = f"/srv/www/chor/{domain}/htdocs/song.txt"
            self.hosts[host].run("runuser", "-u", "hc-chor", "--", "tee", path, stdin="do re mi")
        self.hosts[DATABASE].run("mariadb", stdin="CREATE TABLE IF NOT EXISTS `chor-web`.songs (name TEXT)")
        url = "https://cloud.lab.example/files/office@chor.example/song.txt"
        reach = ["--cacert", str(PLACE / "ca.crt"), "--resolve", f"cloud.lab.example:443:{self.address(MAIL)}"]
        login = ["--user", f"office@chor.example:{self.password('chor', 'cloud')}"]
        subprocess.run(["curl", "-sf", *reach, *login, "-X", "PUT", "--data", "do re mi", url], check=True)
        self.hosts[MAIL].run("sendmail", "office@chor.example", stdin="Subject: before\n\ntext\n")
        self.hosts[MAIL].run("sh", "-ec", QUEUE_EMPTY)

    def data(self) -> dict[str, str]:
        """Return what the customer has on each host."""
        return {name: self.hosts[name].run("sh", "-c", script) for name, script in DATA.items()}

    def status_of(self, host: str, domain: str) -> str:
        """Return the status with which a host answers for a site."""
        command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(PLACE / "ca.crt")]
        here = ["--resolve", f"{domain}:443:{self.address(host)}", f"https://{domain}/"]
        done = subprocess.run([*command, *here], check=False, capture_output=True, text=True)
        return done.stdout


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Several:
    """Return the provider with both customers; the scenario has applied them."""
    if "HOSTING_TEST_INVENTORY" not in os.environ:
        pytest.skip("HOSTING_TEST_INVENTORY names no provider; Molecule sets it")
    found = Several(tmp_path_factory.mktemp("several"))
    found.register.mkdir()
    for file in (ROOT / "molecule" / "several" / "register").iterdir():
        (found.register / file.name).write_text(file.read_text("utf-8"), "utf-8")
    return found


def test_every_login_works_wherever_its_service_lives(several: Several) -> None:
    tried = several.logins("chor")
    assert [row for row in tried.values() if row["works"] is False] == []
    works = {key for key, row in tried.items() if row["works"]}
    assert works >= {
        ("imap", f"{MAIL}:993"),
        ("submission", f"{MAIL}:465"),
        ("database", f"{DATABASE}:3306"),
        ("webmail", "https://webmail.lab.example/"),
        ("database_tool", "https://databases.lab.example/"),
        ("cloud", "https://cloud.lab.example/"),
        ("caldav", "https://cloud.lab.example/dav/"),
        ("xmpp", f"{CHAT_NAME}:5222"),
        *((service, f"{host}:{port}") for host in (WEB1, WEB2) for service, port in (("ftp", FTP), ("sftp", SFTP))),
    }
    assert {login["host"] for login in several.letter("chor")["logins"] if login["host"]} == {
        MAIL,
        DATABASE,
        WEB1,
        WEB2,
        CHAT_NAME,
    }


def test_a_login_for_files_is_told_the_hosts_of_its_sites_only(several: Several) -> None:
    tried = several.logins("bund")
    assert {address for service, address in tried if service in ("ftp", "sftp")} == {f"{WEB2}:{FTP}", f"{WEB2}:{SFTP}"}


def test_each_site_is_on_its_host(several: Several) -> None:
    assert several.status_of(WEB1, "chor.example") in ("200", "403")
    assert several.status_of(WEB2, "termine.chor.example") in ("200", "403")
    # another host shows its own certificate, which is not of this name
    assert several.status_of(WEB2, "chor.example") == "000"
    assert several.hosts[WEB1].run("find", "/srv/www", "-name", "*.chor.example") == ""


def test_a_site_reaches_its_database_over_tls(several: Several) -> None:
    web = several.hosts[WEB1]
    web.run("runuser", "-u", "hc-chor", "--", "tee", "/srv/www/chor/chor.example/htdocs/query.php", stdin=QUERY)
    url = "https://chor.example/query.php"
    here = ["--resolve", "chor.example:443:127.0.0.1", "--cacert", "/etc/hosting/certificates/ca.crt"]
    assert web.run("curl", "-s", *here, url).strip() == "TLSv1.3"


@pytest.mark.parametrize("name", OPEN)
def test_each_host_opens_what_is_needed(several: Several, name: str) -> None:
    assert _listening(several.hosts[name], "-Hltn") == OPEN[name]
    assert _listening(several.hosts[name], "-Hlun") == set()


def _listening(host: Host, what: str) -> set[int]:
    """Return the ports on which others are listened to."""
    listening = [line.split()[3].rpartition(":") for line in host.run("ss", what).splitlines()]
    return {int(port) for address, _colon, port in listening if not address.strip("[]").startswith(("127.", "::1"))}


# As whom somebody connects, and to where.
_CONNECT = """
import os, socket, sys
os.setuid(int(sys.argv[1]))
socket.create_connection((sys.argv[2], int(sys.argv[3])), 2)
"""


@pytest.mark.parametrize("name", OPEN)
def test_daemons_of_the_provider_reach_the_directory_and_nobody_else(several: Several, name: str) -> None:
    place = (several.address(MAIL), str(LDAPS))
    several.hosts[name].run("python3", "-", "1", *place, stdin=_CONNECT)
    with pytest.raises(AssertionError, match="ConnectionRefusedError"):
        several.hosts[name].run("python3", "-", "20000", *place, stdin=_CONNECT)
    # this machine is no host of the provider
    with pytest.raises(TimeoutError):
        socket.create_connection((several.address(MAIL), LDAPS), 2)


def test_no_password_is_asked_for_without_tls(several: Several) -> None:
    ca_file, address = str(PLACE / "ca.crt"), several.address(MAIL)
    with imap_connect(MAIL, 143, ca_file, address, security="none") as mail:
        assert "LOGINDISABLED" in mail.capabilities
        assert not any(capability.startswith("AUTH=") for capability in mail.capabilities)
    for port in (SMTP, 587):
        with smtp_connect(MAIL, port, ca_file, address, security="none") as submission:
            assert submission.has_extn("starttls")
            assert not submission.has_extn("auth")
    with Sieve(MAIL, ca_file, address) as scripts:
        assert '"STARTTLS"' in scripts.offered
        assert '"SASL" ""' in scripts.offered


def test_databases_are_not_opened_without_tls_from_other_hosts(several: Several) -> None:
    options = f"[client]\nuser=chor-web\npassword={several.password('chor', 'database')}\nhost={DATABASE}\n"
    client = "mariadb --defaults-file=/dev/stdin {} -NBe 'SELECT 1' 2>&1 || true"
    web = several.hosts[WEB1]
    trusted = client.format("--ssl-ca=/etc/hosting/certificates/ca.crt --ssl-verify-server-cert")
    assert web.run("sh", "-c", f"cat | {trusted}", stdin=options).strip() == "1"
    # the server's own rule, before it looks at who that is
    assert "ERROR 3159" in web.run("sh", "-c", f"cat | {client.format('--skip-ssl')}", stdin=options)


def test_suspension_closes_every_host_and_resumption_opens_it_again(several: Several) -> None:
    several.logins("chor")
    several.fill()
    several.tried("chor").require_open()
    before = several.data()
    for host, parts in PARTS.items():
        assert [part for part in parts if part not in before[host]] == []
    with several.opened("bund", WEB2) as others, several.opened("chor", WEB1, WEB2) as ours:
        several.status("chor", "suspended")
        several.run("customers", customer="chor")
        for ask in ours:
            with pytest.raises((imaplib.IMAP4.abort, OSError, EOFError)) as ended:
                ask()
            assert not isinstance(ended.value, TimeoutError)
        several.tried("chor").require_closed()
        assert several.status_of(WEB1, "chor.example") == "503"
        assert several.status_of(WEB2, "termine.chor.example") == "503"
        assert several.data() == before
        # the other customer has noticed nothing
        assert several.status_of(WEB2, "bund.example") in ("200", "403")
        assert all(ask() for ask in others)
    several.tried("bund").require_open()
    several.status("chor", "active")
    several.run("customers", customer="chor")
    tried = several.logins("chor")
    assert [row for row in tried.values() if row["works"] is False] == []
    assert several.data() == before


def test_a_bag_has_the_parts_of_every_host(several: Several, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    said = several.run("export", customer="chor", bag="several", hosting_evidence_dir=str(evidence))
    path = "/var/lib/hosting/bags/chor/chor-several"
    assert f"{WEB1}:{path}/chor-several.tar" in said
    archive = tmp_path / "chor-several.tar"
    subprocess.run(["podman", "cp", f"{several.hosts[WEB1].container}:{path}/chor-several.tar", archive], check=True)
    unpacked(archive, tmp_path)
    bagit.Bag(str(tmp_path / "chor-several")).validate()
    data = json.loads((tmp_path / "chor-several/data/data.json").read_bytes())
    hosts = {(kind["kind"], item["item"]): item["host"] for kind in data["kinds"] for item in kind["items"]}
    assert hosts["site_files", "chor.example"] == WEB1
    assert hosts["site_files", "termine.chor.example"] == WEB2
    assert hosts["databases", "chor-web"] == DATABASE
    assert hosts["mail_messages", "office@chor.example"] == MAIL
    # what two hosts have under one name lies apart: logins of the webmail, and of programs for mail
    logs = tmp_path / "chor-several/data/logs"
    assert "hosting-webmail: logged in" in (logs / "mail-logins.log").read_text("utf-8")
    assert "imap-login: " in (logs / MAIL / "mail-logins.log").read_text("utf-8")
    assert json.loads((evidence / "chor.jsonl").read_text("utf-8"))["bag"] == "chor-several"
    # nothing is left of the parts, nobody is offered any more, and a second run has nothing to do
    for host in (MAIL, DATABASE, WEB2):
        assert several.hosts[host].run("find", "/var/lib/hosting/bags", "-mindepth", "2") == ""
        assert ":8471" not in several.hosts[host].run("ss", "-Hltn")
        assert "Part of an export for another host, port 8471" in several.hosts[host].run("journalctl", "--output=cat")
    again = several.run("export", customer="chor", bag="several", hosting_evidence_dir=str(evidence))
    assert all("changed=0" in line for line in again.splitlines() if "unreachable=" in line), again
    assert len((evidence / "chor.jsonl").read_text("utf-8").splitlines()) == 1
