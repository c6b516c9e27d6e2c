# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics, as a browser fetches them."""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Any

from .network import ConnectionRefused, Network
from .web import fetch


def prove_statistics(login: Mapping[str, Any], network: Network) -> None:
    """Fetch the start page with the login, and see that nobody gets it without."""
    if (status := fetch(login, network, with_password=False)) != http.HTTPStatus.UNAUTHORIZED:
        raise ConnectionRefused(f"status {status} without a password; {http.HTTPStatus.UNAUTHORIZED.value} is expected")
    status = fetch(login, network, with_password=True)
    # a login for one site is sent to that site
    if status not in (http.HTTPStatus.OK, http.HTTPStatus.FOUND):
        raise ConnectionRefused(f"status {status}; 200 or 302 is expected")
