# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the bag: everything of the customer, in forms that others take in, and nothing of anybody else."""

from __future__ import annotations

import mailbox
import re
from pathlib import Path
from xml.etree import ElementTree

import bagit
import icalendar
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.kinds.world import unpacked

from .life import BOARD, HIDDEN, OURS, messages
from .operator import Bag

LOADED = "foreign_loaded"
_LOGS = (
    "mail",
    "mail-logins",
    "chat",
    "cloud",
    "file-transfer",
    "web/verein.example.access",
    "web/verein.example.error",
    "web/chronik.verein.example.access",
)
_SQL = (
    "INSERT INTO artikel (titel) VALUES ('new'); CALL anzahl(@number);"
    "SELECT @number, (SELECT COUNT(*) FROM zaehler), HEX((SELECT inhalt FROM artikel WHERE titel = 'unser-row')),"
    " (SELECT GROUP_CONCAT(titel ORDER BY jahr) FROM archiv), (SELECT COUNT(*) FROM neueste),"
    " (SELECT COUNT(*) FROM artikel WHERE titel = 'Grüße 🏔'),"
    f" (SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{LOADED}' AND TABLE_NAME = 'archiv'),"
    f" (SELECT GROUP_CONCAT(EVENT_NAME) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = '{LOADED}')"
)


def test_the_reference_implementation_validates_it(bag: Bag) -> None:
    bagit.Bag(str(bag.root)).validate()


def test_it_has_a_file_for_everything(bag: Bag) -> None:
    assert bag.paths() >= {
        "index.html",
        "data.json",
        "customer.json",
        "directory.ldif",
        "sites/verein.example/files.tar",
        "sites/chronik.verein.example/files.tar",
        "databases/verein_web.sql",
        f"mail/{OURS}/maildir.tar",
        f"mail/{BOARD}/maildir.tar",
        f"mail/{OURS}/sieve/always.sieve",
        f"cloud/{OURS}/Termine.ics",
        f"cloud/{OURS}/Mitglieder.vcf",
        f"chat/{OURS}.xml",
        *(f"logs/{name}.{form}" for name in _LOGS for form in ("log", "csv")),
    }
    assert len([path for path in bag.paths() if re.fullmatch(r"mail/queue/[0-9A-Za-z]+\.eml", path)]) == 1
    absent = {entry["kind"]: entry["reason"] for entry in bag.data["not_inside"]}
    assert {kind for kind, reason in absent.items() if reason == "no-such-service"} == {
        "web_statistics",
        "webmail_settings",
        "cloud_files",
    }


def test_nothing_of_anybody_else_is_in_it(bag: Bag) -> None:
    seen = 0
    for name, content in bag.everything():
        seen += 1
        assert "fremd-" not in name
        assert b"fremd-" not in content, name
        assert HIDDEN.encode() not in content, name
    assert seen > 40


def test_no_secret_of_the_provider_is_in_it(bag: Bag, lived: Host) -> None:
    secrets = _secrets(lived)
    assert len(secrets) > 15
    for name, content in bag.everything():
        assert [secret for secret in secrets if secret.encode() in content] == [], name


def _secrets(host: Host) -> set[str]:
    """Return every hash and key by which somebody is known on the host, and the keys of the host."""
    files = ["/etc/shadow", "/etc/dovecot/users", "/etc/radicale/users"]
    hashes = re.findall(r"\$[0-9a-z]+\$[^:\s]{20,}", host.run("cat", *files))
    directory = re.findall(r"(?m)^userPassword:: (\S+)$", host.run("slapcat", "-o", "ldif-wrap=no"))
    chat = re.findall(r'= "([0-9a-f-]{36,})"', host.run("sh", "-c", "cat /var/lib/prosody/*/accounts/*"))
    keys = host.run("sh", "-c", "cat /etc/ssh/ssh_host_*_key /etc/prosody/certs/*.key /etc/ssl/private/*.key")
    lines = [line for line in keys.splitlines() if len(line) > 60]
    return {*hashes, *directory, *chat, *lines, "{SSHA}", "a-good-pass-word"}


def test_site_files_are_as_they_lie_there(bag: Bag) -> None:
    archive = "sites/verein.example/files.tar"
    members = bag.members(archive)
    assert set(members) == {
        "index.html",
        "bilder/Sommerfest im Grünen.txt",
        "nur-fuer-uns.txt",
        "geschlossen/.htaccess",
        "unser-upload.txt",
        "passwords",
        "neighbours",
    }
    links = {name: member.linkname for name, member in members.items() if member.issym()}
    assert links == {"passwords": "/etc/shadow", "neighbours": "/var/www/myverein"}
    assert bag.member(archive, "index.html") == b"<p>unser-site-file</p>\n"
    assert bag.member(archive, "nur-fuer-uns.txt") == b"of nobody else\n"
    assert bag.member("sites/chronik.verein.example/files.tar", "index.html") == b"<p>unser-chronicle</p>\n"


def test_the_dump_fills_an_empty_database(bag: Bag, lived: Host) -> None:
    dump = bag.read("databases/verein_web.sql").decode("utf-8")
    assert "DEFINER" not in dump
    assert "verein_web" not in "\n".join(line for line in dump.splitlines() if not line.startswith(("--", "/*M!")))
    lived.run("mariadb", stdin=f"DROP DATABASE IF EXISTS {LOADED}; CREATE DATABASE {LOADED};")
    try:
        lived.run("mariadb", LOADED, stdin=dump)
        answer = lived.run(
            "mariadb", "--batch", "--skip-column-names", "--default-character-set=utf8mb4", LOADED, stdin=_SQL
        )
    finally:
        lived.run("mariadb", stdin=f"DROP DATABASE {LOADED}")
    assert answer.rstrip("\n").split("\t") == [
        "3",
        "1",
        "00FF270A5C",
        "unser-archive",
        "3",
        "1",
        "MyISAM",
        "aufraeumen",
    ]


def test_maildirs_have_every_message(bag: Bag, lived: Host, tmp_path: Path) -> None:
    for account, folders in ((OURS, {"unser-archive-0", "unser-archive-1"}), (BOARD, {"unser-board-archive-0"})):
        place = unpacked(bag.root / "data" / "mail" / account / "maildir.tar", tmp_path / account)
        (top,) = (path.parent for path in place.rglob("cur") if not path.parent.name.startswith("."))
        found = mailbox.Maildir(top, create=False)
        filed = found.get_folder("Archiv.2024")
        assert len(found) + len(filed) == messages(lived, account)
        assert {message["subject"] for message in filed} >= folders
        # what is marked as deleted is handed over as well
        assert [message for message in found if "T" in message.get_flags()]


def test_the_queued_message_is_ours(bag: Bag) -> None:
    (queued,) = (path for path in bag.paths() if path.endswith(".eml"))
    assert b"unser-queued" in bag.read(queued)


def test_the_ldif_has_the_people_and_no_password(bag: Bag) -> None:
    text = bag.read("directory.ldif").decode("ascii")
    assert re.findall(r"(?m)^dn: uid=(\S+),ou=people,dc=foreign,dc=example$", text) == [
        "office.verein",
        "vorstand.verein",
    ]
    assert "sn: unser-person" in text
    assert "userpassword" not in text.lower()


def test_calendars_and_contacts_are_read_by_others(bag: Bag, lived: Host) -> None:
    calendar = icalendar.Calendar.from_ical(bag.read(f"cloud/{OURS}/Termine.ics"))
    assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == ["unser-event"]
    program = "import sys, vobject; print(vobject.readOne(sys.stdin.read()).fn.value)"
    assert lived.run("python3", "-c", program, stdin=bag.read(f"cloud/{OURS}/Mitglieder.vcf").decode("utf-8")) == (
        "unser-card\n"
    )


def test_the_chat_account_has_friends_profile_and_waiting_messages(bag: Bag) -> None:
    root = ElementTree.fromstring(bag.read(f"chat/{OURS}.xml"))  # noqa: S314 - our own, of a moment ago
    assert root.tag == "{urn:xmpp:pie:0}server-data"
    (user,) = root.iter("{urn:xmpp:pie:0}user")
    assert user.get("name") == "office"
    (friend,) = user.iter("{jabber:iq:roster}item")
    assert friend.get("jid") == "unser-friend@elsewhere.example"
    text = "".join(user.itertext())
    assert "unser-profile" in text
    assert "a word from the neighbours" in text
    assert user.get("password") is None


def test_logs_have_the_lines_of_the_customer_and_no_others(bag: Bag) -> None:
    mail = bag.read("logs/mail.log").decode("utf-8")
    assert set(re.findall(r"message-id=<([^@>]+)@", mail)) == {
        "unser-old",
        "unser-inbound",
        "unser-extension",
        "to-several",
        "unser-internal",
        "unser-queued",
        "from-the-neighbours",
    }
    # of a message to several, one's own recipients
    assert set(re.findall(r" to=<([^>]+)>", mail)) == {
        "unser-friend@outside.example",
        OURS,
        "office+list@verein.example",
        BOARD,
        "someone@outside.example",
    }
    assert "sasl_username=office@myverein" not in mail
    # who says in a HELO that they are the customer is not
    assert "NOQUEUE" not in mail
    # each process of Apache writes when it comes to it
    assert sorted(_lines(bag, "web/verein.example.access")) == ["/?unser-alias", "/?unser-visit", "/geschlossen/"]
    assert _lines(bag, "web/chronik.verein.example.access") == ["/?unser-chronicle"]
    assert b"client denied by server configuration" in bag.read("logs/web/verein.example.error.log")
    transfers = bag.read("logs/file-transfer.log").decode("utf-8").splitlines()
    assert [line.split()[8] for line in transfers] == ["/var/www/verein/unser-upload.txt", "/var/www/verein/index.html"]
    logins = bag.read("logs/mail-logins.log").decode("utf-8")
    assert len(re.findall(r"imap-login: .*user=<(?:office|vorstand)@verein.example>", logins)) == 2
    assert f"Authenticated as {OURS}" in bag.read("logs/chat.log").decode("utf-8")
    assert bag.read("logs/cloud.log").count(f"Successful login: '{OURS}'".encode()) == 4


def _lines(bag: Bag, name: str) -> list[str]:
    return re.findall(r'"GET (\S+) HTTP', bag.read(f"logs/{name}.log").decode("utf-8"))
