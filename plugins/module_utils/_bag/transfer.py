# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file from one host to another over TLS, once: each side has a certificate for this alone, and knows the other's.

No secret leaves the host that made it, and nothing of the file touches the controller.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .._clients.systemd import enclose
from .._core.errors import Incomplete, ItemRefused, ServiceUnavailable

KEY, CERTIFICATE = "transfer.key", "transfer.crt"
# An offer ends when this file is removed.
_OFFER = "transfer.offer"
_CHUNK = 1 << 20
_CONNECT_SECONDS = 20
# Others may have taken all places of an offer.
_RETRY_SECONDS = 60
_HANDSHAKE_SECONDS = 5
_CONNECTIONS = 64
_STALLED_SECONDS = 120
_OFFER_SECONDS = 6 * 3600
_LOOK_SECONDS = 2
_STANDARD = (0, 1, 2)
_LENGTH = struct.Struct(">Q")
_RECEIVED = b"received"
_DAYS = "2"


@dataclass(frozen=True, slots=True)
class Offer:
    """Where a file can be had, and the certificate (PEM) by which its host is known."""

    host: str
    address: str
    port: int
    certificate: str


def make_certificate(directory: str) -> str:
    """Make a new key and certificate in a directory that is root's alone; return the certificate."""
    key, certificate = Path(directory, KEY), Path(directory, CERTIFICATE)
    argv = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch"]
    done = subprocess.run(
        [*argv, "-days", _DAYS, "-subj", "/CN=hosting-transfer", "-keyout", key, "-out", certificate],
        check=False,
        capture_output=True,
        text=True,
        umask=0o077,
    )
    if done.returncode != 0:
        raise ServiceUnavailable(
            f"openssl ended with {done.returncode}: {' '.join(done.stderr.split())[-300:]}",
            remedy="see to the cause, then run again",
        )
    return certificate.read_text("ascii")


def offer(directory: str, head: str, body: str, peer: str, port: int) -> tuple[int, str]:
    """Offer a head and a body, files in a directory of root's, to whoever has the certificate ``peer``.

    A process in a scope of its own does it, until the peer has received them, the directory is removed, or hours have
    passed. A former offer ends. Returns the port and our certificate.
    """
    Path(directory, _OFFER).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="hosting-transfer-") as place:
        certificate = make_certificate(place)
        context = _context(ssl.PROTOCOL_TLS_SERVER, place, peer)
    listener = _listen(port)
    Path(directory, _OFFER).touch(0o600)
    files = [
        os.open(Path(directory, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC) for name in (head, body, _OFFER)
    ]
    with listener:
        chosen: int = listener.getsockname()[1]
        server = _detach(partial(_serve, listener, context, files), {listener.fileno(), *files})
    for descriptor in files:
        os.close(descriptor)
    try:
        enclose(
            server, f"hosting-transfer-{server}", f"Part of an export for another host, port {chosen}", _OFFER_SECONDS
        )
    except ServiceUnavailable:
        os.kill(server, signal.SIGKILL)
        raise
    return chosen, certificate


class Download:
    """An open connection to an offer. Raises HostingError where it can't be had or breaks off."""

    def __init__(self, connection: ssl.SSLSocket, shown: str) -> None:
        self._connection = connection
        self._shown = shown

    def head(self, limit: int) -> bytes:
        """Return the head."""
        (length,) = _LENGTH.unpack(self.read(_LENGTH.size))
        if length > limit:
            raise Incomplete(f"{self._shown}: its description has {length} bytes", remedy="run the export again")
        return self.read(length)

    def read(self, length: int) -> bytes:
        """Return so many bytes of what follows."""
        return b"".join(self.chunks(length))

    def chunks(self, length: int) -> Iterator[bytes]:
        """Yield so many bytes of what follows, piece by piece."""
        left = length
        while left:
            try:
                piece = self._connection.recv(min(left, _CHUNK))
            except OSError as error:
                raise Incomplete(f"{self._shown}: {error.strerror or error}", remedy="run again") from error
            if not piece:
                raise Incomplete(f"{self._shown}: broke off", remedy="run again")
            left -= len(piece)
            yield piece

    def thank(self) -> None:
        """Say that all has been received, so that the offer ends."""
        with suppress(OSError):
            self._connection.sendall(_RECEIVED)


@contextmanager
def download(found: Offer, directory: str) -> Iterator[Download]:
    """Hold a connection to an offer, with the key that lies in ``directory``."""
    shown = f"{found.host} ({found.address}:{found.port})"
    context = _context(ssl.PROTOCOL_TLS_CLIENT, directory, found.certificate)
    with _connected(found, context, shown) as connection:
        connection.settimeout(_STALLED_SECONDS)
        yield Download(connection, shown)


def _connected(found: Offer, context: ssl.SSLContext, shown: str) -> ssl.SSLSocket:
    """Return a connection. One that breaks off before it is there is tried again, one that is refused is not."""
    until = time.monotonic() + _RETRY_SECONDS
    while True:
        try:
            plain = socket.create_connection((found.address, found.port), timeout=_CONNECT_SECONDS)
            return context.wrap_socket(plain)
        except OSError as error:
            is_final = isinstance(error, ConnectionRefusedError | ssl.SSLCertVerificationError | socket.gaierror)
            if is_final or time.monotonic() > until:
                raise Incomplete(
                    f"{shown}: the part of this host can't be fetched: {error.strerror or error}",
                    remedy="let the sealing host reach this port (hosting_export_address, hosting_export_port), then"
                    " run again",
                ) from error
            time.sleep(1)


def _context(protocol: int, directory: str, peer: str) -> ssl.SSLContext:
    """Return a context in which each side accepts just the one certificate of the other."""
    context = ssl.SSLContext(protocol)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(Path(directory, CERTIFICATE), Path(directory, KEY))
    try:
        context.load_verify_locations(cadata=peer)
    except (ssl.SSLError, ValueError):
        raise ItemRefused("the certificate of the other side is none", remedy="run the export as a whole") from None
    return context


def _listen(port: int) -> socket.socket:
    until = time.monotonic() + 5 * _LOOK_SECONDS
    while True:
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
        except OSError as error:
            # a former offer takes a moment to end
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise ServiceUnavailable(
                    f"port {port} can't be opened: {error.strerror}",
                    remedy="set hosting_export_port to one that is free",
                ) from error
            time.sleep(_LOOK_SECONDS / 4)


def _detach(serve: Callable[[], None], kept: set[int]) -> int:
    """Call ``serve`` in a process without parent, terminal and other descriptors; return its number."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            server = os.fork()
            if server == 0:
                _close_all_but(kept)
                serve()
            else:
                os.write(writing, str(server).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return int(pipe.read())


def _close_all_but(kept: set[int]) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in _STANDARD:
        os.dup2(nothing, standard)
    for path in list(Path("/proc/self/fd").iterdir()):
        if int(path.name) not in kept.union(_STANDARD):
            with suppress(OSError):
                os.close(int(path.name))


def _serve(listener: socket.socket, context: ssl.SSLContext, files: list[int]) -> None:
    *content, sign = files
    until = time.monotonic() + _OFFER_SECONDS
    received = threading.Event()
    # strangers who say nothing have a place for seconds, and never all of them at the cost of the peer, who tries again
    places = threading.BoundedSemaphore(_CONNECTIONS)
    listener.settimeout(_LOOK_SECONDS)
    while time.monotonic() < until and os.fstat(sign).st_nlink and not received.is_set():
        with suppress(OSError):
            plain, _address = listener.accept()
            if places.acquire(blocking=False):
                threading.Thread(target=_answer, args=(plain, context, content, received, places), daemon=True).start()
            else:
                plain.close()


def _answer(
    plain: socket.socket,
    context: ssl.SSLContext,
    content: list[int],
    received: threading.Event,
    places: threading.BoundedSemaphore,
) -> None:
    try:
        with suppress(OSError), plain:
            plain.settimeout(_HANDSHAKE_SECONDS)
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.settimeout(_STALLED_SECONDS)
                if _send(connection, content):
                    received.set()
    finally:
        places.release()


def _send(connection: ssl.SSLSocket, files: list[int]) -> bool:
    """Send head and body; return whether the other side says that it has them."""
    head, body = files
    connection.sendall(_LENGTH.pack(os.fstat(head).st_size))
    for descriptor in (head, body):
        position = 0
        while piece := os.pread(descriptor, _CHUNK, position):
            connection.sendall(piece)
            position += len(piece)
    return connection.recv(len(_RECEIVED)) == _RECEIVED
