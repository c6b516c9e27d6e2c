# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites, as a browser fetches them."""

from __future__ import annotations

import http.client

from .network import Network, Refused

_SUSPENDED = http.HTTPStatus.SERVICE_UNAVAILABLE


def prove_site(host: str, port: int, network: Network, *, suspended: bool) -> None:
    """Fetch the start page over TLS; of a suspended site the notice is expected."""
    connection = Https(host, port, network)
    try:
        connection.request("GET", "/", headers={"User-Agent": "magmasoft.hosting login_check"})
        status = connection.getresponse().status
    finally:
        connection.close()
    if suspended and status != _SUSPENDED:
        raise Refused(f"status {status}; the site is suspended, {_SUSPENDED.value} is expected")
    if not suspended and not 200 <= status < 400:  # noqa: PLR2004  # RFC 9110: success and redirection
        raise Refused(f"status {status}; 200 to 399 is expected")


class Https(http.client.HTTPConnection):
    """The library's client over a connection that we made."""

    def __init__(self, host: str, port: int, network: Network) -> None:
        super().__init__(host, port)
        self.default_port = http.client.HTTPS_PORT
        self._network = network

    def connect(self) -> None:
        self.sock = self._network.connect_tls(self.host, self.port)
