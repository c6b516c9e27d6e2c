# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real clients for mail, files and the directory. All take the name that TLS checks, and where to connect for it."""

from __future__ import annotations

import base64
import ftplib
import imaplib
import json
import queue
import re
import smtplib
import socket
import ssl
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Any, Self

from ansible_collections.magmasoft.hosting.tests.integration.host import Host

with warnings.catch_warnings():
    # ldap3 uses names that its own dependency has renamed.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3

_SECONDS = 30.0


class _Imap(imaplib.IMAP4):
    def __init__(self, host: str, port: int, connect_to: str, context: ssl.SSLContext | None) -> None:
        self._target, self._context = (connect_to, port), context
        super().__init__(host, port, _SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection(self._target, timeout)
        return self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain


class _Smtp(smtplib.SMTP):
    def __init__(self, host: str, port: int, connect_to: str, context: ssl.SSLContext | None) -> None:
        self._target, self._context = (connect_to, port), context
        super().__init__(host, port, timeout=_SECONDS)

    def _get_socket(self, host: str, _port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection(self._target, timeout)
        return self._context.wrap_socket(plain, server_hostname=host) if self._context else plain


def imap_connect(host: str, port: int, ca_file: str, connect_to: str, *, security: str = "tls") -> imaplib.IMAP4:
    """Connect by TLS, STARTTLS, or with ``security="none"`` in plain."""
    context = ssl.create_default_context(cafile=ca_file)
    connection = _Imap(host, port, connect_to, context if security == "tls" else None)
    if security == "starttls":
        connection.starttls(context)
    return connection


def imap_login(
    host: str, port: int, user: str, password: str, ca_file: str, connect_to: str, *, security: str = "tls"
) -> imaplib.IMAP4:
    """Log in, raising imaplib.IMAP4.error where the server refuses."""
    connection = imap_connect(host, port, ca_file, connect_to, security=security)
    try:
        connection.login(user, password)
    except BaseException:
        connection.shutdown()
        raise
    return connection


def imap_wait(
    connection: imaplib.IMAP4, subject: str, *, folder: str = "INBOX", seconds: float = _SECONDS
) -> list[bytes]:
    """Return the messages of a folder with this subject, as soon as there is one; an empty list if none comes."""
    until = time.monotonic() + seconds
    while True:
        connection.select(folder)
        numbers = connection.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
        if numbers or time.monotonic() > until:
            return [_fetch(connection, number.decode()) for number in numbers]
        time.sleep(0.3)


def _fetch(connection: imaplib.IMAP4, number: str) -> bytes:
    part = connection.fetch(number, "(RFC822)")[1][0]
    assert isinstance(part, tuple)
    return part[1]


def smtp_connect(host: str, port: int, ca_file: str, connect_to: str, *, security: str = "tls") -> smtplib.SMTP:
    """Connect by TLS, STARTTLS, or with ``security="none"`` in plain."""
    context = ssl.create_default_context(cafile=ca_file)
    connection = _Smtp(host, port, connect_to, context if security == "tls" else None)
    if security == "starttls":
        connection.starttls(context=context)
    connection.ehlo("client.example")
    return connection


def message(sender: str, recipient: str, subject: str, *, size: int = 0) -> EmailMessage:
    """Return a message with a body of about ``size`` bytes."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, recipient, subject
    made.set_content("hello\n" + ("x" * 75 + "\n") * (size // 76))
    return made


def smtp_send(  # noqa: PLR0913  # an envelope, a login and a connection have as many parts
    host: str, port: int, login: tuple[str, str] | None, mail: EmailMessage, ca_file: str, connect_to: str,
    *, security: str = "tls", sender: str | None = None, recipient: str | None = None,
) -> None:  # fmt: skip
    """Send one message, raising smtplib.SMTPException where the server refuses. The envelope may differ from it."""
    with smtp_connect(host, port, ca_file, connect_to, security=security) as connection:
        if login:
            connection.login(*login)
        connection.send_message(
            mail,
            from_addr=mail["From"] if sender is None else sender,
            to_addrs=[recipient or mail["To"]],
        )


class Ftp(ftplib.FTP_TLS):
    """The library's client."""

    def __init__(self, host: str, ca_file: str, connect_to: str) -> None:
        super().__init__(context=ssl.create_default_context(cafile=ca_file), timeout=_SECONDS)
        self.host = host
        self.sock = socket.create_connection((connect_to, 21), _SECONDS)
        self.af = self.sock.family
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()


class Sieve:
    """A client of ManageSieve (RFC 5804) with STARTTLS. Refusals raise ConnectionRefusedError."""

    def __init__(self, host: str, ca_file: str, connect_to: str, port: int = 4190) -> None:
        plain = socket.create_connection((connect_to, port), _SECONDS)
        self._use(plain)
        self.offered = self._answer()
        self.command("STARTTLS")
        self._file.close()
        self._use(ssl.create_default_context(cafile=ca_file).wrap_socket(plain, server_hostname=host))
        self.offered_with_tls = self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()
        self._socket.close()

    def login(self, user: str, password: str) -> None:
        """Log in."""
        token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self.command(f'AUTHENTICATE "PLAIN" "{token}"')

    def put(self, name: str, script: str) -> None:
        """Upload a script, which the server checks."""
        self.command(f'PUTSCRIPT "{name}" {{{len(script.encode())}+}}\r\n{script}')

    def command(self, line: str) -> list[str]:
        """Send a command and return the lines of the answer."""
        self._socket.sendall(f"{line}\r\n".encode())
        return self._answer()

    def _use(self, connection: socket.socket) -> None:
        self._socket, self._file = connection, connection.makefile("rb")

    def _answer(self) -> list[str]:
        lines: list[str] = []
        while not lines or not lines[-1].startswith(("OK", "NO", "BYE")):
            line = self._file.readline()
            if not line:
                raise ConnectionAbortedError(lines)
            lines.append(line.decode().rstrip("\r\n"))
        if not lines[-1].startswith("OK"):
            # what is wrong with a script, the server says on further lines
            lines += self._literal(lines[-1])
            raise ConnectionRefusedError(lines)
        return lines

    def _literal(self, line: str) -> list[str]:
        length = re.search(r"\{(\d+)\}$", line)
        return [self._file.read(int(length[1])).decode(), self._file.readline().decode()] if length else []


@contextmanager
def ldap_connect(host: Host, name: str, ca_file: str, user: str = "", password: str = "") -> Iterator[ldap3.Connection]:
    """Bind over TLS on the host itself, as its services do, anonymously without a user."""
    tls = ldap3.Tls(ca_certs_file=ca_file, validate=ssl.CERT_REQUIRED, valid_names=[name])
    with host.forwarded(636) as port:
        server = ldap3.Server("127.0.0.1", port, use_ssl=True, tls=tls, connect_timeout=10, get_info=ldap3.NONE)
        connection = ldap3.Connection(server, user=user or None, password=password or None, receive_timeout=30)
        try:
            if not connection.bind():
                raise PermissionError(f"{user}: {connection.result['description']}")
            yield connection
        finally:
            # ldap3's own context manager leaves a connection open that was bound before.
            connection.unbind()


def ldap_change_password(host: Host, name: str, dn: str, old: str, new: str, ca_file: str) -> bool:
    """Change one's own password by the extended operation (RFC 3062)."""
    with ldap_connect(host, name, ca_file, dn, old) as connection:
        return bool(connection.extend.standard.modify_password(user=dn, old_password=old, new_password=new))


def ldap_replace(connection: ldap3.Connection, dn: str, attribute: str, value: str) -> bool:
    """Set an attribute to one value; tells whether the server allowed it."""
    changes = {attribute: [(ldap3.MODIFY_REPLACE, [value])]}
    return bool(connection.modify(dn, changes))  # type: ignore[no-untyped-call]


def ldap_read(connection: ldap3.Connection, base: str, search_filter: str = "(objectClass=*)") -> dict[str, set[str]]:
    """Return the names of what can be read below ``base``, by DN."""
    connection.search(base, search_filter, attributes=["*", "+"])
    return {entry["dn"]: set(entry["raw_attributes"]) for entry in connection.response or []}


@dataclass
class Sink:
    """What the world outside has received."""

    received: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)

    def wait(self, subject: str) -> list[dict[str, Any]]:
        """Return the messages with this subject that came, once there is one; fails where none comes."""
        until = time.monotonic() + _SECONDS
        found: list[dict[str, Any]] = []
        while not found:
            item = self.received.get(timeout=max(0.1, until - time.monotonic()))
            found += [item] if f"Subject: {subject}" in item["data"] else []
        return found


@contextmanager
def sink(host: Host, port: int = 2525) -> Iterator[Sink]:
    """Receive mail for outside on the host's loopback; the role's hosting_mail_transport has to lead there."""
    program = Path(__file__).with_name("sink.py").read_text("utf-8")
    command = ["podman", "exec", "-i", host.container, "python3", "-c", program, str(port)]
    collected = Sink()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == '"ready"\n'
        thread = threading.Thread(target=_collect, args=(process.stdout, collected), daemon=True)
        thread.start()
        try:
            yield collected
        finally:
            process.stdin.close()
            process.wait(timeout=30)
            thread.join(timeout=30)


def _collect(lines: IO[str], collected: Sink) -> None:
    for line in lines:
        collected.received.put(json.loads(line))
