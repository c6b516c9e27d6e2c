# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What two customers do with an ordinary host, by programs that nobody here wrote.

What is the customer's own has ``unser-`` in it, what is the other's and must never be theirs has ``fremd-``.
"""

from __future__ import annotations

import asyncio
import base64
import ftplib
import http.client
import imaplib
import io
import smtplib
import ssl
import time
from email.message import EmailMessage
from pathlib import Path

import slixmpp
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

PASSWORD = "a-good-pass-word"
OURS, BOARD, THEIRS, HIDDEN = (
    "office@verein.example",
    "vorstand@verein.example",
    "office@myverein.example",
    "geheim@myverein.example",
)
OUTSIDE = "someone@outside.example"
_DONE = "/var/lib/foreign-life"
_SECONDS = 30.0

_CALENDAR = b"""\
<?xml version="1.0"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:set><D:prop><D:displayname>Termine</D:displayname></D:prop></D:set></C:mkcalendar>"""
_ADDRESS_BOOK = b"""\
<?xml version="1.0"?>
<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
<D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype>
<D:displayname>Mitglieder</D:displayname></D:prop></D:set></D:mkcol>"""
_EVENT = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//somebody//else//EN\r
BEGIN:VEVENT\r
UID:{word}-event\r
DTSTAMP:20261101T120000Z\r
DTSTART:20261224T180000Z\r
SUMMARY:{word}-event\r
END:VEVENT\r
END:VCALENDAR\r
"""
_CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{word}-card\r\nFN:{word}-card\r\nN:{word};;;;\r\nEND:VCARD\r\n"
# a log of before, without years, with short queue IDs
_OLD_MAIL = Path(__file__).parent / "old-mail.log"


def live(host: Host, address: str) -> None:
    """Use every service of the host, once in its life."""
    if host.run("sh", "-c", f"test -e {_DONE} && echo done || true").strip():
        return
    _write_filters(host)
    _visit(address)
    _transfer(address)
    _mail(address)
    _keep_old_log(host)
    _read_mail(host, address)
    _plan(address)
    asyncio.run(_chat(address))
    host.run("touch", _DONE)


def _visit(address: str) -> None:
    """Visit sites; some visitors say that they are somebody else."""
    visits = [
        ("verein.example", "/?unser-visit", {"Referer": "http://myverein.example/"}),
        ("www.verein.example", "/?unser-alias", {}),
        ("verein.example", "/geschlossen/", {}),
        ("chronik.verein.example", "/?unser-chronicle", {}),
        (
            "myverein.example",
            "/?fremd-visit",
            {"Referer": "http://verein.example/", "User-Agent": "verein.example:80 "},
        ),
        ("myverein.example", "/verein.example:80/fremd-path", {}),
    ]
    for name, path, headers in visits:
        connection = http.client.HTTPConnection(address, 80, timeout=_SECONDS)
        connection.request("GET", path, headers={"Host": name, **headers})
        connection.getresponse().read()
        connection.close()


def _transfer(address: str) -> None:
    """Upload and fetch by FTP; one file is called like the end of somebody else's line."""
    for user, names in (
        ("verein", ["unser-upload.txt"]),
        ("myverein", ["fremd-upload.txt", "fremd b _ i r verein ftp 0 * c"]),
    ):
        with ftplib.FTP(address, timeout=_SECONDS) as client:  # noqa: S321 - as Debian configures it
            client.login(user, PASSWORD)
            for name in names:
                client.storbinary(f"STOR {name}", io.BytesIO(b"uploaded\n"))
            client.retrbinary("RETR index.html", lambda _data: None)


def _mail(address: str) -> None:
    """Send what stays here, what leaves, what comes from outside, and what is a lie."""
    _send(address, OUTSIDE, ["info@verein.example"], "unser-inbound")
    _send(address, OUTSIDE, ["office+list@verein.example"], "unser-extension")
    _send(address, OUTSIDE, [OURS, THEIRS, HIDDEN], "to several")
    _send(address, OURS, [BOARD], "unser-internal", login=OURS)
    _send(address, OURS, [OUTSIDE], "unser-queued", login=OURS)
    _send(address, THEIRS, [OUTSIDE], "fremd-queued", login=THEIRS)
    _send(address, THEIRS, [HIDDEN], "fremd-internal", login=THEIRS)
    _send(address, THEIRS, [BOARD, HIDDEN], "from the neighbours", login=THEIRS)
    with smtplib.SMTP(address, 25, local_hostname=OURS, timeout=_SECONDS) as liar:
        liar.ehlo()
        liar.mail(OURS)
        code, _answer = liar.rcpt("fremd-nobody@myverein.example")
        assert code == 550


def _send(address: str, sender: str, recipients: list[str], subject: str, *, login: str | None = None) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "a list", subject
    message["Message-ID"] = f"<{subject.replace(' ', '-')}@host.example>"
    message.set_content("hello\n")
    with smtplib.SMTP(address, 587 if login else 25, local_hostname="client.example", timeout=_SECONDS) as client:
        if login:
            client.starttls(context=_unsigned())
            client.login(login, PASSWORD)
        client.send_message(message, sender, recipients)


def _keep_old_log(host: Host) -> None:
    """Put a rotated log there, of the time before."""
    day = time.strftime("%b %e", time.localtime(time.time() - 3 * 86400))
    message = _OLD_MAIL.read_text("utf-8")
    text = message.format(day=day, queue="4AB1C2D3E4", sender=OURS, word="unser")
    text += message.format(day=day, queue="5BC2D3E4F5", sender=THEIRS, word="fremd")
    host.run("sh", "-c", "gzip -c > /var/log/mail.log.2.gz", stdin=text)


def _write_filters(host: Host) -> None:
    for account, word in ((OURS, "unser"), (THEIRS, "fremd")):
        local, _at, domain = account.partition("@")
        script = f"""
            set -e
            runuser -u vmail -- mkdir -p /var/vmail/{domain}/{local}/sieve
            cd /var/vmail/{domain}/{local}
            printf '# {word}-filter\\nkeep;\\n' | runuser -u vmail -- tee sieve/always.sieve
            runuser -u vmail -- ln -sfn sieve/always.sieve .dovecot.sieve
        """
        host.run("sh", "-c", script)


def _read_mail(host: Host, address: str) -> None:
    """Read, file and mark as deleted, once all of it has come."""
    _wait_for(host, OURS, 3)
    _wait_for(host, BOARD, 2)
    for account, word in ((OURS, "unser"), (BOARD, "unser-board"), (THEIRS, "fremd")):
        with _imap(address, account) as client:
            client.create("Archiv.2024")
            for number in range(2):
                text = f"From: {account}\r\nSubject: {word}-archive-{number}\r\n\r\n{word}\r\n"
                client.append("Archiv.2024", "(\\Seen)", imaplib.Time2Internaldate(time.time()), text.encode())
            client.select("INBOX")
            client.store("1", "+FLAGS", "\\Deleted")
            client.unselect()


def _imap(address: str, account: str) -> imaplib.IMAP4:
    client = imaplib.IMAP4(address, 143, _SECONDS)
    client.starttls(_unsigned())
    client.login(account, PASSWORD)
    return client


def _wait_for(host: Host, account: str, number: int) -> None:
    until = time.monotonic() + _SECONDS
    while messages(host, account) < number:
        assert time.monotonic() < until, f"{account} has {messages(host, account)} messages"
        time.sleep(0.5)


def messages(host: Host, account: str) -> int:
    """Return how many messages an account has, as Dovecot says."""
    found = host.run("doveadm", "-f", "tab", "mailbox", "status", "-u", account, "messages", "*")
    return sum(int(line.split("\t")[-1]) for line in found.splitlines()[1:])


def _plan(address: str) -> None:
    """Keep a calendar and an address book."""
    for account, word in ((OURS, "unser"), (THEIRS, "fremd")):
        _dav(address, account, "MKCALENDAR", "termine/", _CALENDAR)
        _dav(address, account, "MKCOL", "mitglieder/", _ADDRESS_BOOK)
        _dav(address, account, "PUT", f"termine/{word}.ics", _EVENT.format(word=word).encode(), "text/calendar")
        _dav(address, account, "PUT", f"mitglieder/{word}.vcf", _CARD.format(word=word).encode(), "text/vcard")


def _dav(address: str, account: str, method: str, path: str, body: bytes, kind: str = "text/xml") -> None:
    connection = http.client.HTTPConnection(address, 5232, timeout=_SECONDS)
    login = base64.b64encode(f"{account}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": kind}
    connection.request(method, f"/{account}/{path}", body, headers)
    answer = connection.getresponse()
    assert answer.status == 201, (method, path, answer.status, answer.read())
    connection.close()


async def _chat(address: str) -> None:
    """Keep friends and a profile; leave a message for somebody who is not there."""
    for account, word in ((OURS, "unser"), (THEIRS, "fremd")):
        client = slixmpp.ClientXMPP(account, PASSWORD)
        client.ssl_context = _unsigned()
        client.register_plugin("xep_0054")
        started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        client.add_event_handler("session_start", lambda _data, begun=started: begun.set_result(None))
        client.connect(address, 5222)
        await asyncio.wait_for(started, _SECONDS)
        answer = client.update_roster(slixmpp.JID(f"{word}-friend@elsewhere.example"), name=word, timeout=int(_SECONDS))
        assert answer is not None
        await answer
        card = client.plugin["xep_0054"].make_vcard()
        card["FN"] = f"{word}-profile"
        await client.plugin["xep_0054"].publish_vcard(vcard=card, timeout=_SECONDS)
        client.send_message(slixmpp.JID(OURS), "a word from the neighbours", mtype="chat")
        await client.disconnect(wait=2)


def _unsigned() -> ssl.SSLContext:
    """Return what takes the certificates of the host, which nobody has signed."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
