# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites, as a browser fetches them."""

from __future__ import annotations

import base64
import http.client
import urllib.parse
from collections.abc import Mapping
from typing import Any

from .network import ConnectionRefused, Network

AGENT = "magmasoft.hosting login_check"
_SUSPENDED = http.HTTPStatus.SERVICE_UNAVAILABLE


def prove_site(host: str, port: int, network: Network, *, suspended: bool) -> None:
    """Fetch the start page over TLS; of a suspended site the notice is expected."""
    connection = Https(host, port, network)
    try:
        connection.request("GET", "/", headers={"User-Agent": AGENT})
        status = connection.getresponse().status
    finally:
        connection.close()
    if suspended and status != _SUSPENDED:
        raise ConnectionRefused(f"status {status}; the site is suspended, {_SUSPENDED.value} is expected")
    if not suspended and not 200 <= status < 400:  # noqa: PLR2004  # RFC 9110: success and redirection
        raise ConnectionRefused(f"status {status}; 200 to 399 is expected")


def fetch(
    login: Mapping[str, Any],
    network: Network,
    method: str = "GET",
    body: bytes | None = None,
    *,
    with_password: bool,
) -> int:
    """Request the address of a letter and return the status. Raises ConnectionRefused without https."""
    url = urllib.parse.urlsplit(login.get("url") or f"https://{login['host']}:{login.get('port') or 443}/")
    if url.scheme != "https" or not url.hostname:
        raise ConnectionRefused(f"the letter says {url.geturl()!r}; an address with https is wanted")
    headers = {"User-Agent": AGENT}
    if body is not None:
        headers |= {"Depth": "0", "Content-Type": "application/xml"}
    if with_password:
        credentials = base64.b64encode(f"{login['user']}:{login['password']}".encode()).decode("ascii")
        headers["Authorization"] = f"Basic {credentials}"
    connection = Https(str(url.hostname), url.port or http.client.HTTPS_PORT, network)
    try:
        connection.request(method, url.path or "/", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


class Https(http.client.HTTPConnection):
    """The library's client over a connection that we made."""

    def __init__(self, host: str, port: int, network: Network) -> None:
        super().__init__(host, port)
        self.default_port = http.client.HTTPS_PORT
        self._network = network

    def connect(self) -> None:
        self.sock = self._network.connect_tls(self.host, self.port)
