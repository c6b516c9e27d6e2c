# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics, as a browser fetches them."""

from __future__ import annotations

import base64
import http
import urllib.parse
from collections.abc import Mapping
from typing import Any

from .network import Network, Refused
from .web import Https


def prove_statistics(login: Mapping[str, Any], network: Network) -> None:
    """Fetch the start page with the login, and see that nobody gets it without."""
    url = urllib.parse.urlsplit(login.get("url") or f"https://{login['host']}:{login.get('port') or 443}/")
    if url.scheme != "https" or not url.hostname:
        raise Refused(f"the letter says {url.geturl()!r} for statistics; an address with https is wanted")
    if (status := _get(url, network, {})) != http.HTTPStatus.UNAUTHORIZED:
        raise Refused(f"status {status} without a password; {http.HTTPStatus.UNAUTHORIZED.value} is expected")
    credentials = base64.b64encode(f"{login['user']}:{login['password']}".encode()).decode("ascii")
    status = _get(url, network, {"Authorization": f"Basic {credentials}"})
    # a login for one site is sent to that site
    if status not in (http.HTTPStatus.OK, http.HTTPStatus.FOUND):
        raise Refused(f"status {status}; 200 or 302 is expected")


def _get(url: urllib.parse.SplitResult, network: Network, headers: Mapping[str, str]) -> int:
    connection = Https(str(url.hostname), url.port or 443, network)
    try:
        connection.request("GET", url.path or "/", headers={"User-Agent": "magmasoft.hosting login_check", **headers})
        return connection.getresponse().status
    finally:
        connection.close()
