# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud: its page as a browser fetches it; contacts, calendars, files as programs begin (RFC 4791, 6352, 4918)."""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Any

from .network import ConnectionRefused, Network
from .web import fetch

_PROPERTIES = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<propfind xmlns="DAV:"><prop><current-user-principal/><resourcetype/></prop></propfind>'
)


def prove_page(login: Mapping[str, Any], network: Network) -> None:
    """Fetch the page with the login, and see that nobody gets it without."""
    _require(login, network, "GET", http.HTTPStatus.OK)


def prove_dav(login: Mapping[str, Any], network: Network) -> None:
    """Ask what there is, with the login, and see that nobody gets an answer without."""
    _require(login, network, "PROPFIND", http.HTTPStatus.MULTI_STATUS)


def _require(login: Mapping[str, Any], network: Network, method: str, wanted: http.HTTPStatus) -> None:
    body = _PROPERTIES if method == "PROPFIND" else None
    status = fetch(login, network, method, body, with_password=False)
    if status != http.HTTPStatus.UNAUTHORIZED:
        raise ConnectionRefused(f"status {status} without a password; {http.HTTPStatus.UNAUTHORIZED.value} is expected")
    status = fetch(login, network, method, body, with_password=True)
    if status != wanted:
        raise ConnectionRefused(f"status {status}; {wanted.value} is expected")
