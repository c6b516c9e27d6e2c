# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people of two customers who use every personal service, with clients that nobody here wrote."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import slixmpp
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.pages import prove_webmail
from ansible_collections.magmasoft.hosting.tests.integration.clients import message, smtp_send
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


@dataclass
class People:
    """The customers on a host."""

    host: Host
    base: str
    network: Network

    def subjects(self) -> list[Mapping[str, Any]]:
        """Return the customers as modules take them that hand data over."""
        return [
            {
                "customer": customer,
                "mailboxes": [{"name": address, "aliases": [ALIAS] if address == ANNA else []}],
                "own_addresses": [address, *([ALIAS] if address == ANNA else [])],
            }
            for address, customer in OWNER.items()
        ]

    def apply(self, state: str = "present") -> None:
        """Bring customers, addresses and accounts to a state."""
        directory = {"base": self.base}
        customers = [
            {"name": name, "customer": name, "state": state, "domains": [f"{name}.example"]} for name in (ONE, TWO)
        ]
        boxes = [{"name": name, "customer": owner, "state": state} for name, owner in OWNER.items()]
        addresses = [
            {**box, "aliases": [ALIAS] if box["name"] == ANNA else [], "cloud": {}, "chat": True} for box in boxes
        ]
        hashes = dict.fromkeys(OWNER, hash_password("mailbox", PASSWORD)) if state == "present" else {}
        runs: list[tuple[str, dict[str, Any]]] = [
            ("customer_account", {"directory": directory, "customers": customers}),
            ("mailbox", {"directory": directory, "mailboxes": addresses, "password_hashes": hashes}),
            ("cloud_account", {"accounts": boxes, **({"purge": True} if state == "absent" else {})}),
            ("chat_account", {"accounts": boxes}),
        ]
        for module, arguments in runs if state == "present" else reversed(runs):
            done = self.host.module(module, arguments)
            assert not done.get("failed"), done["msg"]

    def sweep(self) -> None:
        """Remove everything of theirs."""
        self.apply("absent")
        names = ", ".join(f"'{name}'" for name in (ANNA, ALIAS, BERT))
        self.sql(f"PRAGMA foreign_keys = ON; DELETE FROM users WHERE username IN ({names})")
        self.shell(
            'rm -rf /srv/mail/person-*.example; postqueue -j | grep -o \'"queue_id": "[^"]*\' | cut -d \'"\' -f 4 |'
            " while read -r id; do postcat -qe $id | grep -q 'person-' && postsuper -d $id; done; true"
        )

    def use(self, address: str) -> None:
        """Use every service as its owner does, and leave the canary there."""
        canary = CANARY[address]
        self.use_sieve(address, {"one": SCRIPT.format(canary=canary), "Zwei äöü": "keep;\r\n"}, "one")
        self.use_webmail(address, canary)
        mail = message(address, "somebody@outside.example", canary)
        smtp_send(MAIL, 465, (address, PASSWORD), mail, str(self.network.ca_file), self.network.address(MAIL))
        self.use_cloud(address, canary)
        asyncio.run(self.use_chat(address, canary))

    def use_sieve(self, address: str, scripts: Mapping[str, str], active: str) -> None:
        """Store scripts by ManageSieve (RFC 5804)."""
        with _Sieve(self.network, address) as sieve:
            for name, script in scripts.items():
                body = script.encode()
                sieve.command(f'PUTSCRIPT "{name}" {{{len(body)}+}}\r\n'.encode() + body)
            sieve.command(f'SETACTIVE "{active}"'.encode())

    def use_webmail(self, address: str, canary: str) -> None:
        """Log in by each name, and keep a contact."""
        for login in [address, *([ALIAS] if address == ANNA else [])]:
            prove_webmail({"url": "https://webmail.lab.example/", "user": login, "password": PASSWORD}, self.network)
        card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{canary}\nN:{canary};;;;\nEND:VCARD"
        self.sql(
            "INSERT INTO contacts (user_id, name, vcard)"
            f" SELECT user_id, '{canary}', '{card}' FROM users WHERE username = '{address}'"
        )

    def use_cloud(self, address: str, canary: str) -> None:
        """Make a calendar with appointments, and a contact."""
        place = f"{self.network.address('cloud.lab.example')}:8443"
        with DAVClient(
            url=f"https://{place}/dav/", username=address, password=PASSWORD, ssl_verify_cert=False
        ) as client:
            principal: Any = client.principal  # not typed by the library
            calendar = principal().make_calendar(name='Hütten/"Termine"')
            for number in range(3):
                calendar.save_event(
                    f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{ZONE}BEGIN:VEVENT\r\nUID:{number}-{canary}\r\n"
                    "DTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Vienna:20260105T100000\r\n"
                    f"SUMMARY:{canary}, äöü\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
                )
        cloud = Cloud(self.host, self.base, self.network)
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:{canary}\r\nN:{canary};;;;\r\nEND:VCARD\r\n"
        status, said = cloud.http(
            "PUT", f"/dav/{address}/contacts/1.vcf", "-H", "Content-Type: text/vcard", user=address, data=card
        )
        assert status == 201, said

    async def use_chat(self, address: str, canary: str) -> None:
        """Have a contact, a profile, a bookmark, somebody blocked, a file, and send a message to who is not there."""
        chat = Chat(self.host, self.base, self.network)
        async with chat.client(address, PASSWORD) as client:
            client.register_plugin("xep_0060")
            await client.befriend(f"friend-of-{canary}@outside.example", canary)
            card: Any = client.plugin["xep_0054"].make_vcard()
            card["FN"] = canary
            await client.plugin["xep_0054"].publish_vcard(card)
            await client.plugin["xep_0191"].block([slixmpp.JID(f"enemy-of-{canary}@outside.example")])
            bookmark = ET.Element("{urn:xmpp:bookmarks:1}conference", {"name": canary})
            pubsub: Any = client.plugin["xep_0060"]
            await pubsub.publish(slixmpp.JID(address), "urn:xmpp:bookmarks:1", "room@conference.example", bookmark)
            _fetch, put, headers = await client.slot("über uns.txt", len(canary))
            client.say(next(other for other in OWNER if other != address), "hello, whoever is not there")
        assert chat.http("PUT", urllib.parse.quote(put, safe=":/%?=&"), canary.encode(), **headers)[0] == 201

    def sql(self, statement: str) -> str:
        """Ask the database of the webmail."""
        return self.host.run("runuser", "-u", "hosting-webmail", "--", "sqlite3", WEBMAIL, statement)

    def shell(self, script: str) -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-c", script).strip()


class _Sieve:
    """A connection for the management of scripts."""

    def __init__(self, network: Network, user: str) -> None:
        self._socket: socket.socket | ssl.SSLSocket = network.connect(MAIL, 4190)
        self._lines = self._socket.makefile("rb")
        self._answer()
        self.command(b"STARTTLS")
        self._lines.close()
        self._socket = network.context().wrap_socket(self._socket, server_hostname=MAIL)
        self._lines = self._socket.makefile("rb")
        self._answer()
        self.command(b'AUTHENTICATE "PLAIN" "' + base64.b64encode(f"\0{user}\0{PASSWORD}".encode()) + b'"')

    def __enter__(self) -> _Sieve:
        return self

    def __exit__(self, *_error: object) -> None:
        self._lines.close()
        self._socket.close()

    def command(self, command: bytes) -> None:
        """Send a command; the server has to accept it."""
        self._socket.sendall(command + b"\r\n")
        self._answer()

    def _answer(self) -> None:
        while not (line := self._lines.readline()).startswith((b"OK", b"NO", b"BYE")):
            assert line, "the connection ended"
        assert line.startswith(b"OK"), line


def all_canaries(files: Sequence[bytes]) -> set[str]:
    """Return whose canaries are in some files."""
    return {address for address, canary in CANARY.items() if any(canary.encode() in content for content in files)}
