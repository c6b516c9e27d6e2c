# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people get of the services that they use, proven by programs that take it in."""

from __future__ import annotations

import asyncio
import email
import email.policy
import importlib
import io
import json
import re
import tarfile
from collections.abc import Mapping
from typing import Any

import pytest
import slixmpp
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from icalendar import Calendar

from .parts import Delivered, exported
from .people import ALIAS, ANNA, BERT, CANARY, ONE, OWNER, SCRIPT, TWO, WEBMAIL, People, all_canaries

# publishes no types
vobject: Any = importlib.import_module("vobject")
# the certificate names the host, and the library goes to its address
pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
UPLOADS = "upload.chat.lab.example"
SECOND = "/srv/second-chat"


@pytest.fixture(scope="module")
def people(host: Host, directory_base: str, tmp_path_factory: pytest.TempPathFactory) -> People:
    """Return people who have used everything."""
    ca_file = tmp_path_factory.mktemp("people") / "ca.crt"
    ca_file.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    address = host.address
    found = People(host, directory_base, Network({"*": address}, str(ca_file), 20))
    found.apply()
    for person in OWNER:
        found.use(person)
    return found


@pytest.fixture(scope="module")
def parts(people: People) -> Mapping[str, Delivered]:
    """Return what was handed to both."""
    stores = {
        "mail_filters": {"home": "/srv/mail/{customer}/{domain}/{local}"},
        "webmail_settings": {"sqlite": WEBMAIL},
        "mail_queue": {},
        "credentials": {"base": people.base},
        "contacts_calendars": {"collections": "/var/lib/hosting/cloud/collections/collection-root"},
        "chat_account": {"upload_host": UPLOADS},
    }
    return exported(people.host, people.selections(), stores)


@pytest.fixture(scope="module")
def anna(parts: Mapping[str, Delivered]) -> Delivered:
    """Return what Anna got."""
    return parts[ONE]


def test_everybody_has_theirs_and_nothing_of_the_other(parts: Mapping[str, Delivered]) -> None:
    for address, customer in OWNER.items():
        # what is packed once more is looked into
        files = [content for path, content in parts[customer].files.items() if not path.endswith(".tar")]
        files += _unpacked(parts[customer], f"chat/{address}-uploads.tar").values()
        assert all_canaries(files) == {address}
        kinds = {"mail/queue", "sieve/", "webmail.json", "webmail.vcf", ".ics", ".vcf", "chat/", "-uploads.tar"}
        for kind in kinds:
            having = [content for path, content in parts[customer].files.items() if kind in path]
            assert all_canaries(having) == {address}, kind


def test_scripts(anna: Delivered) -> None:
    place = f"mail/{ANNA}/sieve"
    assert anna.files[f"{place}/one.sieve"] == SCRIPT.format(canary=CANARY[ANNA]).encode()
    assert anna.files[f"{place}/Zwei_aou.sieve"] == b"keep;\r\n"
    listed = json.loads(anna.files[f"{place}/scripts.json"])
    assert [(one["name"], one["active"]) for one in listed] == [("Zwei äöü", False), ("one", True)]


def test_settings_of_the_webmail(anna: Delivered) -> None:
    told = json.loads(anna.files[f"mail/{ANNA}/webmail.json"])
    assert [one["user"]["username"] for one in told["logins"]] == [ANNA, ALIAS]
    assert all(isinstance(one["user"]["preferences"], dict | list) for one in told["logins"])
    assert [one["email"] for login in told["logins"] for one in login["identities"]] == [ANNA, ALIAS]
    assert _names(anna.files[f"mail/{ANNA}/webmail.vcf"]) == [CANARY[ANNA]]


def test_a_webmail_that_keeps_its_settings_in_mariadb(people: People) -> None:
    name = "webmail_of_tests"
    mariadb = ["mariadb", "--default-character-set=utf8mb4"]
    people.host.run(*mariadb, stdin=f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}")
    try:
        people.shell(f"mariadb {name} < /usr/share/roundcube/SQL/mysql.initial.sql")
        statements = (
            "INSERT INTO users (username, mail_host, created) VALUES"
            f" ('INFO@person-one.example', 'x', NOW()), ('{BERT}', 'x', NOW());"
            "INSERT INTO contacts (user_id, name, email, words)"
            " SELECT user_id, CONCAT('of ö ', username), '', '' FROM users"
        )
        people.host.run(*mariadb, name, stdin=statements)
        parts = exported(people.host, people.selections(), {"webmail_settings": {"database": name}})
    finally:
        people.host.run(*mariadb, stdin=f"DROP DATABASE {name}")
    (login,) = json.loads(parts[ONE].files[f"mail/{ANNA}/webmail.json"])["logins"]
    assert [one["name"] for one in login["contacts"]] == ["of ö INFO@person-one.example"]
    assert _names(parts[ONE].files[f"mail/{ANNA}/webmail.vcf"]) == ["of ö INFO@person-one.example"]
    assert _names(parts[TWO].files[f"mail/{BERT}/webmail.vcf"]) == [f"of ö {BERT}"]


def test_queued_mail(anna: Delivered) -> None:
    (name,) = [path for path in anna.files if path.endswith(".eml")]
    mail = email.message_from_bytes(anna.files[name], policy=email.policy.default)
    assert (mail["From"], mail["To"], mail["Subject"]) == (ANNA, "somebody@outside.example", CANARY[ANNA])
    (told,) = json.loads(anna.files["mail/queue/messages.json"])
    assert [one["address"] for one in told["recipients"]] == ["somebody@outside.example"]


def test_the_entries_are_taken_in_by_openldap_and_have_no_secret(people: People, anna: Delivered) -> None:
    text = anna.files["directory.ldif"].decode()
    assert text.count("\ndn: ") == 2
    assert not re.search(r"userPassword|ARGON2|e0FSR09OM", text)
    said = people.host.run("ldapmodify", "-a", "-n", "-Y", "EXTERNAL", "-H", "ldapi:///", stdin=text)
    assert said.count("adding new entry") == 2
    assert [one["reason"] for one in anna.delivery("credentials")["left_out"]] == ["secret"]


def test_calendars_and_contacts(anna: Delivered) -> None:
    calendar: Any = Calendar.from_ical(anna.files[f"cloud/{ANNA}/Hutten_Termine.ics"].decode())
    assert [part.name for part in calendar.subcomponents].count("VTIMEZONE") == 1
    assert [str(part["SUMMARY"]) for part in calendar.walk("VEVENT")] == [f"{CANARY[ANNA]}, äöü"] * 3
    assert _names(anna.files[f"cloud/{ANNA}/Contacts.vcf"]) == [CANARY[ANNA]]


def test_uploaded_files(anna: Delivered) -> None:
    assert _unpacked(anna, f"chat/{ANNA}-uploads.tar") == {"über uns.txt": CANARY[ANNA].encode()}


def test_a_second_prosody_takes_the_chat_account_in(people: People, anna: Delivered) -> None:
    document = anna.files[f"chat/{ANNA}.xml"].decode().replace("person-one.example", "second.example")
    _start_second(people, document)
    try:
        contacts, name, rooms = asyncio.run(_look(people.network.address("second.example")))
    finally:
        people.shell(f"kill $(cat {SECOND}/prosody.pid); rm -rf {SECOND}")
    assert contacts == {f"friend-of-{CANARY[ANNA]}@outside.example": CANARY[ANNA]}
    assert name == CANARY[ANNA]
    assert rooms == ["room@conference.example"]


def test_messages_that_wait_and_whom_she_blocks(anna: Delivered) -> None:
    document = anna.files[f"chat/{ANNA}.xml"].decode()
    assert f'value="enemy-of-{CANARY[ANNA]}@outside.example"' in document
    assert "<body>hello, whoever is not there</body>" in document
    assert BERT in document
    assert TWO not in document.replace(BERT, "")


def _names(cards: bytes) -> list[str]:
    return [str(one.fn.value) for one in vobject.readComponents(cards.decode())]


def _unpacked(part: Delivered, path: str) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(part.files[path])) as archive:
        return {one.name.partition("/")[2]: (archive.extractfile(one) or io.BytesIO()).read() for one in archive}


def _start_second(people: People, document: str) -> None:
    """Have another Prosody take a document in, and serve it."""
    people.shell(f"rm -rf {SECOND}; mkdir -p {SECOND}/data/second%2eexample/accounts")
    files = {
        "/var/lib/prosody/anna@second.example.xml": document,
        f"{SECOND}/migrator.cfg.lua": f"""
            stores = {{ "roster", "vcard", "private", "pep-pubsub" }}
            input {{ hosts = {{ ["second.example"] = stores }}; type = "xep0227" }}
            output {{ type = "internal"; path = "{SECOND}/data" }}
        """,
        f"{SECOND}/data/second%2eexample/accounts/anna.dat": 'return { ["password"] = "pw"; };',
        f"{SECOND}/prosody.cfg.lua": f"""
            data_path = "{SECOND}/data"
            pidfile = "{SECOND}/prosody.pid"
            c2s_ports = {{ 6222 }}
            c2s_require_encryption = false
            modules_enabled = {{ "roster", "saslauth", "disco", "pep", "vcard4", "vcard_legacy", "bookmarks" }}
            modules_disabled = {{ "s2s", "tls", "admin_socket" }}
            authentication = "internal_plain"
            storage = "internal"
            VirtualHost "second.example"
        """,
    }
    for path, content in files.items():
        people.host.run("tee", path, stdin=content)
    people.shell(
        f"chown -R prosody: {SECOND} /var/lib/prosody/anna@second.example.xml;"
        f" prosody-migrator --config={SECOND}/migrator.cfg.lua input output;"
        " code=$?; rm /var/lib/prosody/anna@second.example.xml; exit $code"
    )
    people.shell(f"runuser -u prosody -- prosody --config {SECOND}/prosody.cfg.lua -D >/dev/null 2>&1")


async def _look(address: str) -> tuple[dict[str, str], str, list[str]]:
    """Return contacts, profile and bookmarks as a client sees them on the second server."""
    settings = {"feature_mechanisms": {"unencrypted_scram": True}}
    client = slixmpp.ClientXMPP("anna@second.example", "pw", plugin_config=settings)
    client.enable_starttls = client.enable_direct_tls = False
    client.enable_plaintext = True
    for plugin in ("xep_0030", "xep_0054", "xep_0060"):
        client.register_plugin(plugin)
    started = asyncio.get_running_loop().create_future()
    client.add_event_handler("session_start", started.set_result)
    client.connect(address, 6222)
    try:
        await asyncio.wait_for(started, 20)
        roster: Any = await client.get_roster(timeout=20)
        card: Any = await client.plugin["xep_0054"].get_vcard(slixmpp.JID("anna@second.example"), local=False)
        pubsub: Any = client.plugin["xep_0060"]
        found = await pubsub.get_items(slixmpp.JID("anna@second.example"), "urn:xmpp:bookmarks:1")
        contacts = {str(jid): str(one["name"]) for jid, one in roster["roster"]["items"].items()}
        rooms = [str(one["id"]) for one in found["pubsub"]["items"]]
        return contacts, str(card["vcard_temp"]["FN"]), rooms
    finally:
        client.cancel_connection_attempt()
        client.abort()
