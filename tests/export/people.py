# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people of two customers who use every personal service, with clients that nobody here wrote."""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from xml.etree import ElementTree as ET

import slixmpp
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.pages import prove_webmail
from ansible_collections.magmasoft.hosting.tests.integration.clients import Sieve, message, smtp_send
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.services.chat import Chat
from ansible_collections.magmasoft.hosting.tests.services.cloud import Cloud
from caldav.davclient import DAVClient

ONE, TWO = "person-one", "person-two"
ANNA, ALIAS, BERT = "anna@person-one.example", "info@person-one.example", "bert@person-two.example"
OWNER = {ANNA: ONE, BERT: TWO}
PASSWORD = "a-good-pass-word"
CANARY = {ANNA: "canary-of-anna", BERT: "canary-of-bert"}
MAIL = "mail.lab.example"
WEBMAIL = "/var/lib/hosting/webmail/data/roundcube.db"
SCRIPT = 'require "fileinto";\r\n# {canary} äöü\r\nif header :contains "subject" "x" {{ fileinto "Junk"; }}\r\n'
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\n"
    "TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@dataclass(frozen=True)
class Person:
    """Somebody with an address, and what they do with every service that it has."""

    host: Host
    base: str
    network: Network
    address: str
    password: str

    def use_sieve(self, scripts: Mapping[str, str], active: str) -> None:
        """Store scripts by ManageSieve (RFC 5804)."""
        with Sieve(MAIL, str(self.network.ca_file), self.network.address(MAIL)) as sieve:
            sieve.login(self.address, self.password)
            for name, script in scripts.items():
                sieve.put(name, script)
            sieve.command(f'SETACTIVE "{active}"')

    def use_webmail(self, canary: str, *aliases: str) -> None:
        """Log in by each name, and keep a contact."""
        for login in (self.address, *aliases):
            letter = {"url": "https://webmail.lab.example/", "user": login, "password": self.password}
            prove_webmail(letter, self.network)
        card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{canary}\nN:{canary};;;;\nEND:VCARD"
        webmail_sql(
            self.host,
            "INSERT INTO contacts (user_id, name, vcard)"
            f" SELECT user_id, '{canary}', '{card}' FROM users WHERE username = '{self.address}'",
        )

    def send(self, mail: EmailMessage, sender: str | None = None) -> None:
        """Send a mail as a program for mail does."""
        login = (self.address, self.password)
        smtp_send(MAIL, 465, login, mail, str(self.network.ca_file), self.network.address(MAIL), sender=sender)

    def use_cloud(self, canary: str) -> None:
        """Make a calendar with appointments, and a contact."""
        place = f"{self.network.address('cloud.lab.example')}:8443"
        with DAVClient(
            url=f"https://{place}/dav/", username=self.address, password=self.password, ssl_verify_cert=False
        ) as client:
            principal: Any = client.principal  # not typed by the library
            calendar = principal().make_calendar(name='Hütten/"Termine"')
            for number in range(3):
                calendar.save_event(
                    f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{ZONE}BEGIN:VEVENT\r\nUID:{number}-{canary}\r\n"
                    "DTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Vienna:20260105T100000\r\n"
                    f"SUMMARY:{canary}, äöü\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
                )
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:{canary}\r\nN:{canary};;;;\r\nEND:VCARD\r\n"
        self.put(f"/dav/{self.address}/contacts/1.vcf", card, "-H", "Content-Type: text/vcard")

    def put(self, path: str, content: str, *options: str) -> None:
        """Put a new file into the cloud."""
        cloud = Cloud(self.host, self.base, self.network)
        status, said = cloud.http("PUT", path, *options, user=self.address, password=self.password, data=content)
        assert status == 201, said

    async def use_chat(self, canary: str, absent: str) -> None:
        """Have a contact, a profile, a bookmark, somebody blocked, a file, and send a message to who is not there."""
        chat = Chat(self.host, self.base, self.network)
        async with chat.client(self.address, self.password) as client:
            client.register_plugin("xep_0060")
            await client.befriend(f"friend-of-{canary}@outside.example", canary)
            card: Any = client.plugin["xep_0054"].make_vcard()
            card["FN"] = canary
            await client.plugin["xep_0054"].publish_vcard(card)
            await client.plugin["xep_0191"].block([slixmpp.JID(f"enemy-of-{canary}@outside.example")])
            bookmark = ET.Element("{urn:xmpp:bookmarks:1}conference", {"name": canary})
            pubsub: Any = client.plugin["xep_0060"]
            await pubsub.publish(slixmpp.JID(self.address), "urn:xmpp:bookmarks:1", "room@conference.example", bookmark)
            _fetch, put, headers = await client.slot("über uns.txt", len(canary))
            client.say(absent, "hello, whoever is not there")
        assert chat.http("PUT", urllib.parse.quote(put, safe=":/%?=&"), canary.encode(), **headers)[0] == 201


@dataclass
class People:
    """The customers on a host."""

    host: Host
    base: str
    network: Network

    def selections(self) -> list[Mapping[str, Any]]:
        """Return the customers as modules take them that hand data over."""
        return [
            {
                "customer": customer,
                "mailboxes": [
                    {"name": address, "aliases": [ALIAS] if address == ANNA else [], "cloud": {}, "chat": True}
                ],
                "own_addresses": [address, *([ALIAS] if address == ANNA else [])],
            }
            for address, customer in OWNER.items()
        ]

    def apply(self) -> None:
        """Make customers, addresses and accounts."""
        directory = {"base": self.base}
        customers = [{"name": name, "customer": name, "domains": [f"{name}.example"]} for name in (ONE, TWO)]
        boxes = [{"name": name, "customer": owner} for name, owner in OWNER.items()]
        addresses = [
            {**box, "aliases": [ALIAS] if box["name"] == ANNA else [], "cloud": {}, "chat": True} for box in boxes
        ]
        hashes = dict.fromkeys(OWNER, hash_password("mailbox", PASSWORD))
        for module, arguments in (
            ("customer_account", {"directory": directory, "customers": customers}),
            ("mailbox", {"directory": directory, "mailboxes": addresses, "password_hashes": hashes}),
            ("cloud_account", {"accounts": boxes}),
            ("chat_account", {"accounts": boxes}),
        ):
            done = self.host.module(module, arguments)
            assert not done.get("failed"), done["msg"]

    def use(self, address: str) -> None:
        """Use every service as its owner does, and leave the canary there."""
        canary, person = CANARY[address], Person(self.host, self.base, self.network, address, PASSWORD)
        person.use_sieve({"one": SCRIPT.format(canary=canary), "Zwei äöü": "keep;\r\n"}, "one")
        person.use_webmail(canary, *([ALIAS] if address == ANNA else []))
        person.send(message(address, "somebody@outside.example", canary))
        person.use_cloud(canary)
        asyncio.run(person.use_chat(canary, next(other for other in OWNER if other != address)))

    def shell(self, script: str) -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-c", script).strip()


def webmail_sql(host: Host, statement: str) -> str:
    """Ask the database of the webmail."""
    return host.run("runuser", "-u", "hosting-webmail", "--", "sqlite3", WEBMAIL, statement)


def all_canaries(files: Sequence[bytes]) -> set[str]:
    """Return whose canaries are in some files."""
    return {address for address, canary in CANARY.items() if any(canary.encode() in content for content in files)}
