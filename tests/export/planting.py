# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers who leave a word of their own in every kind of data, and one who writes the names of others everywhere."""

from __future__ import annotations

import asyncio
import io
import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.clients import (
    Ftp,
    imap_login,
    imap_wait,
    message,
    smtp_connect,
)
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider
from ansible_collections.magmasoft.hosting.tests.services.chat import Chat
from ansible_collections.magmasoft.hosting.tests.services.cloud import Cloud

from .people import MAIL, SCRIPT, Person

OUTSIDE = "somebody@outside.example"
CA = "/etc/hosting/certificates/ca.crt"
# Logs in which nobody can write anything but who they are.
_OF_LOGINS = frozenset({"mail_login_log", "chat_log"})
_TIME = "2026-11-25 12:00:00.000000"


@dataclass(frozen=True)
class Customer:
    """A customer, in whose name there is no other's, while all that is theirs has it."""

    name: str

    @property
    def domain(self) -> str:
        """Return the domain of the site with PHP, which has logs of its own."""
        return f"{self.name}.example"

    @property
    def static(self) -> str:
        """Return the domain of the site whose lines are in the logs that sites share."""
        return f"files.{self.domain}"

    @property
    def address(self) -> str:
        """Return the address with everything."""
        return f"office@{self.domain}"

    def canary(self, kind: str) -> str:
        """Return the word that is left in a kind of data."""
        return self.address if kind in _OF_LOGINS else f"{self.name}-{kind.replace('_', '-')}"

    def fields(self) -> dict[str, Any]:
        """Return what the register says."""
        return {
            "name": f"Club {self.canary('credentials')}",
            "contact": f"{self.canary('customer_record')}@elsewhere.example",
            "sites": [
                {"domain": self.domain, "kind": "php", "databases": [f"{self.name}-web"]},
                {"domain": self.static},
            ],
            "mailboxes": [{"address": self.address, "aliases": [f"info@{self.domain}"], "quota": "1G"}],
        }


@dataclass
class Planting:
    """What customers of a provider do with the services that they have."""

    provider: Provider
    base: str
    network: Network

    def plant(self, customer: Customer) -> None:
        """Use everything, and leave the canary of each kind there."""
        canary, person = customer.canary, self._person(customer)
        self._upload(customer)
        self._fill_database(customer)
        self._have_visitors(customer)
        person.use_sieve({"one": SCRIPT.format(canary=canary("mail_filters"))}, "one")
        person.use_webmail(canary("webmail_settings"))
        person.use_cloud(canary("contacts_calendars"))
        person.put(f"/files/{customer.address}/{canary('cloud_log')}.txt", canary("cloud_files"))
        # what is said stays with who says it
        asyncio.run(person.use_chat(canary("chat_account"), customer.address))
        self._mail(customer, person)

    def forge(self, customer: Customer, victims: Sequence[Customer]) -> None:
        """Name each of the others wherever a customer, or a visitor of theirs, can choose what is written down."""
        person = self._person(customer)
        for victim in victims:
            self._forge_uploads(customer, victim)
            self._forge_visits(customer, victim)
            self._forge_mail(customer, victim, person)
            self._forge_cloud(customer, victim, person)
        addresses = " ".join(victim.address for victim in victims)
        person.use_sieve({f"{customer.name} {addresses}": f"# {customer.name} {addresses}\r\nkeep;\r\n"}, "one")
        person.use_webmail(f"{customer.name} {addresses}")
        asyncio.run(self._befriend(person, [victim.address for victim in victims], customer.name))
        self._forge_logins(customer, victims)

    def _password(self, customer: Customer, service: str) -> str:
        logins = self.provider.letter(customer.name)["logins"]
        return next(str(login["password"]) for login in logins if login["service"] == service)

    def _person(self, customer: Customer) -> Person:
        password = self._password(customer, "imap")
        return Person(self.provider.host, self.base, self.network, customer.address, password)

    @contextmanager
    def _ftp(self, customer: Customer) -> Iterator[Ftp]:
        name = "files.lab.example"
        with Ftp(name, str(self.network.ca_file), self.network.address(name)) as client:
            client.login(customer.name, self._password(customer, "ftp"))
            client.prot_p()
            yield client

    def _upload(self, customer: Customer) -> None:
        with self._ftp(customer) as client:
            for site in (customer.domain, customer.static):
                name = f"{site}/htdocs/{customer.canary('file_transfer_log')}.txt"
                _store(client, name, customer.canary("site_files"))
            _store(client, f"{customer.domain}/htdocs/index.php", "<?php error_log($_SERVER['HTTP_USER_AGENT']);")
            _break(client, customer, customer.canary("web_error_log"))

    def _fill_database(self, customer: Customer) -> None:
        name, word = f"{customer.name}-web", customer.canary("databases")
        options = f"[client]\nuser={name}\npassword={self._password(customer, 'database')}\n"
        statements = f"CREATE TABLE words (word TEXT); INSERT INTO words VALUES ('{word}')"
        command = ["mariadb", "--defaults-extra-file=/dev/stdin", "-e", statements, name]
        self.provider.host.run(*command, stdin=options)

    def _have_visitors(self, customer: Customer) -> None:
        self._visit(customer.domain, "/", "-A", customer.canary("web_error_log"))
        self._visit(customer.static, "/broken/")
        for site in (customer.domain, customer.static):
            self._visit(site, f"/?{customer.canary('web_access_log')}")
            self._visit(site, f"/{customer.canary('web_statistics')}")

    def _visit(self, site: str, path: str, *options: str) -> None:
        here = ["--resolve", "*:443:127.0.0.1", "--cacert", CA, "--max-time", "20", "-o", "/dev/null"]
        self.provider.host.run("curl", "-sg", *here, *options, f"https://{site}{path}")

    def _mail(self, customer: Customer, person: Person) -> None:
        person.send(message(customer.address, OUTSIDE, customer.canary("mail_queue")))
        mail = message(customer.address, customer.address, customer.canary("mail_messages"))
        mail["Message-ID"] = f"<{customer.canary('mail_log')}@{customer.domain}>"
        person.send(mail)
        login = (customer.address, person.password, str(self.network.ca_file), self.network.address(MAIL))
        with imap_login(MAIL, 993, *login) as mailbox:
            assert imap_wait(mailbox, customer.canary("mail_messages"))

    def _forge_uploads(self, customer: Customer, victim: Customer) -> None:
        with self._ftp(customer) as client:
            # as a line of the log ends
            name = f"{customer.name} b _ i r {victim.name} ftp 0 * c"
            _store(client, f"{customer.domain}/htdocs/{name}", f"{customer.name} {victim.address}")
            line = f"{victim.domain} [{_TIME}] [core:error] [pid 1] {customer.name}"
            _store(client, f"{customer.domain}/htdocs/forge.php", f'<?php error_log("x\\n{line}");')
            _break(client, customer, f'"{line}"')

    def _forge_visits(self, customer: Customer, victim: Customer) -> None:
        request = f'"GET /{customer.name} HTTP/1.1" 200 1 "-" "-"'
        line = f"{victim.domain}:443 192.0.2.1 - - [25/Nov/2026:12:00:00 +0000] {request}"
        said = ["-A", line, "-e", f"https://{victim.domain}/{customer.name}"]
        for site, path in ((customer.domain, "/forge.php"), (customer.static, "/broken/")):
            self._visit(site, path, *said)
            self._visit(site, f"/{customer.name}/{victim.domain}:443%0a{victim.domain}")

    def _forge_mail(self, customer: Customer, victim: Customer, person: Person) -> None:
        for recipient in (customer.address, OUTSIDE):
            sender = f'"{victim.address}" <{customer.address}>'
            mail = message(sender, recipient, f"{customer.name} {victim.address}")
            mail["Reply-To"] = victim.address
            mail["Message-ID"] = f"<{customer.name}.to={victim.address}>"
            person.send(mail, sender=customer.address)
        # by somebody who has logged in as another, and by somebody from outside
        with suppress(smtplib.SMTPException):
            person.send(message(victim.address, OUTSIDE, "forged"), sender=victim.address)
        ca_file, address = str(self.network.ca_file), self.network.address(MAIL)
        with smtp_connect(MAIL, 25, ca_file, address, security="none") as connection:
            connection.ehlo(victim.domain)
            connection.mail(victim.address)
            connection.rcpt(f"nobody@{customer.domain}")

    def _forge_logins(self, customer: Customer, victims: Sequence[Customer]) -> None:
        """Try names that end those of others; all at once, since whoever fails has to wait."""
        way = f"-s --cacert {CA} --resolve {MAIL}:993:127.0.0.1 --login-options AUTH=PLAIN"
        script = f'for user; do curl {way} -u "$user:wrong" imaps://{MAIL} & done; wait'
        users = [f"{customer.name}>, user=<{victim.address}" for victim in victims]
        self.provider.host.run("sh", "-c", script, "sh", *users)

    def _forge_cloud(self, customer: Customer, victim: Customer, person: Person) -> None:
        cloud = Cloud(self.provider.host, self.base, self.network)
        name = quote(f"{customer.name} {victim.address}")
        said = f'192.0.2.1 - {victim.address} "{customer.name}"'
        person.put(f"/files/{customer.address}/{name}", victim.address, "-A", said)
        for path in (f"/files/{victim.address}/", f"/dav/{victim.address}/contacts/"):
            status, _page = cloud.http("PROPFIND", path, user=customer.address, password=person.password)
            assert status in (403, 404), path

    async def _befriend(self, person: Person, others: Sequence[str], name: str) -> None:
        chat = Chat(self.provider.host, self.base, self.network)
        async with chat.client(person.address, person.password) as client:
            for other in others:
                await client.befriend(other, f"{name} {other}")


def _store(client: Ftp, path: str, content: str) -> None:
    client.storbinary(f"STOR {path}", io.BytesIO(content.encode()))


def _break(client: Ftp, customer: Customer, word: str) -> None:
    """Have the web server complain of a word whenever somebody asks for /broken/."""
    place = f"{customer.static}/htdocs/broken"
    if place not in client.nlst(f"{customer.static}/htdocs"):
        client.mkd(place)
    _store(client, f"{place}/.htaccess", f"{word}\n")
