# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small servers that speak just enough of IMAP, submission, SFTP and HTTP, with an authority of their own."""

from __future__ import annotations

import base64
import datetime
import socket
import socketserver
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

import paramiko
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED

USER, PASSWORD = "office@alp.example", "right-pass-word"
Session = Callable[[BinaryIO, BinaryIO, list[str]], None]


class Authority:
    """Signs certificates for names."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        self.file = directory / "ca.crt"
        certificate = self._sign(self._name, self._key, [], authority=True)
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, *names: str) -> ssl.SSLContext:
        """Return what a server with these names needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        certificate = self._sign(subject, key, names, authority=False)
        file = self._directory / f"{names[0]}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, names: Sequence[str], *, authority: bool
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, names))), critical=False)
        return builder.sign(self._key, hashes.SHA256())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False

    def handle_error(self, _request: object, _client_address: object) -> None:
        """Say nothing: clients that do not trust the certificate break off."""


@contextmanager
def serving(context: ssl.SSLContext | None, session: Session) -> Iterator[tuple[int, list[str]]]:
    """Serve on a free port; yield it and the list of all that clients said."""
    said: list[str] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            connection = self.request
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as reader, connection.makefile("wb", buffering=0) as writer:
                session(reader, writer, said)

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1], said
        finally:
            server.shutdown()
            thread.join()


def _lines(reader: BinaryIO, said: list[str]) -> Iterator[str]:
    for line in reader:
        said.append(line.decode().strip())
        yield said[-1]


def imap(reader: BinaryIO, writer: BinaryIO, said: list[str]) -> None:
    """Let USER in, and quote to everybody else what they said."""
    writer.write(b"* OK ready\r\n")
    for line in _lines(reader, said):
        tag, command, *rest = line.split(" ")
        answer = f"{tag} OK done"
        if command == "CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif command == "LOGIN" and rest != [USER, f'"{PASSWORD}"']:
            answer = f"{tag} NO [AUTHENTICATIONFAILED] no entry for {' '.join(rest)}"
        elif command == "LIST":
            writer.write(b'* LIST () "/" INBOX\r\n')
        elif command == "LOGOUT":
            writer.write(b"* BYE\r\n")
        writer.write(f"{answer}\r\n".encode())


def submission(reader: BinaryIO, writer: BinaryIO, said: list[str]) -> None:
    """Let USER in and accept mail from and to nobody else; quote everybody."""
    writer.write(b"220 ready\r\n")
    wanted = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    for line in _lines(reader, said):
        answers = {
            "EHLO": "250-here\r\n250 AUTH PLAIN",
            "AUTH": "235 welcome" if line.endswith(wanted) else f"535 5.7.8 no: {line} {PASSWORD[::-1]}",
            "MAIL": "250 fine",
            "RCPT": "250 fine" if USER in line else f"550 no such user: {line}",
            "QUIT": "221 bye",
        }
        writer.write(answers.get(line[:4].upper(), "250 fine").encode() + b"\r\n")


def plain_ftp(reader: BinaryIO, writer: BinaryIO, said: list[str]) -> None:
    """Let everybody in, without TLS."""
    writer.write(b"220 ready\r\n")
    for line in _lines(reader, said):
        answers = {"AUTH": "502 no such thing", "USER": "331 password", "PASS": "230 welcome"}
        writer.write(answers.get(line[:4].upper(), "200 fine").encode() + b"\r\n")


def web(status: int) -> Session:
    """Answer every request with a status."""

    def session(reader: BinaryIO, writer: BinaryIO, said: list[str]) -> None:
        for line in _lines(reader, said):
            if not line:
                writer.write(f"HTTP/1.1 {status} whatever\r\nContent-Length: 0\r\n\r\n".encode())
                return

    return session


def form(shown: str, inside: str, *, sent_to: str = "./?in", after: int = 200) -> Session:
    """Show a form, and send whoever fills in USER and PASSWORD to a page that needs a cookie."""
    cookies = "Set-Cookie: sid=in; secure\r\nSet-Cookie: old=; Max-Age=0\r\n"

    def session(reader: BinaryIO, writer: BinaryIO, said: list[str]) -> None:
        first = reader.readline().decode().split(" ")
        fields = dict(line.split(": ", 1) for line in takewhile(bool, _lines(reader, said)))
        filled = urllib.parse.parse_qs(reader.read(int(fields.get("Content-Length", 0))).decode())
        right = {USER, PASSWORD} <= {value for values in filled.values() for value in values}
        status, page, more = 200, shown, "Set-Cookie: sid=anon; secure; HttpOnly\r\n"
        if right and fields.get("Cookie") == "sid=anon":
            status, page, more = (
                302,
                "",
                cookies + f"Location: {sent_to}\r\n",
            )
        elif first[0] == "POST":
            status, more = 401, ""
        elif fields.get("Cookie") == "sid=in":
            status, page, more = after, inside, ""
        body = page.encode()
        writer.write(f"HTTP/1.1 {status} whatever\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return session


def silent(reader: BinaryIO, _writer: BinaryIO, _said: list[str]) -> None:
    """Accept, and say nothing."""
    reader.read()


class _Admission(paramiko.ServerInterface):
    """Lets USER in, and notes what passwords it was given."""

    def __init__(self, said: list[str]) -> None:
        self._said = said

    def check_auth_password(self, username: str, password: str) -> int:
        self._said.append(password)
        return AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else AUTH_FAILED

    def check_channel_request(self, _kind: str, _chanid: int) -> int:
        return OPEN_SUCCEEDED


class _EmptyTree(paramiko.SFTPServerInterface):
    def list_folder(self, _path: str) -> list[paramiko.SFTPAttributes]:
        return []


@contextmanager
def sftp(key: paramiko.PKey) -> Iterator[tuple[int, list[str]]]:
    """Serve one SFTP client on a free port; yield it and the list of passwords that were said."""
    said: list[str] = []

    def serve(listener: socket.socket) -> None:
        connection, _address = listener.accept()
        transport = paramiko.Transport(connection)
        transport.add_server_key(key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _EmptyTree)
        with suppress(paramiko.SSHException, EOFError, OSError):
            transport.start_server(server=_Admission(said))
            transport.join()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1], said
        thread.join()
