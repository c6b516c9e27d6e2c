# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a customer has beside logins, as the letter tells it: sites, addresses, the keys by which SFTP is known."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from ...module_utils._core.errors import ItemRefused
from .logins import Endpoint, Login

# As the module site lays a site out, and Apache serves it.
_PAGES = "htdocs"
_HTTPS = 443
# The type of a key in its file (RFC 8709, RFC 4253, RFC 5656) -> as programs for SFTP call it.
_KEY_TYPES = {"ssh-ed25519": "ED25519", "ssh-rsa": "RSA", "ecdsa-sha2-nistp256": "ECDSA"}


class SiteOverview(TypedDict):
    """A web site. ``folder`` is seen from a login for files, ``server`` is where its domain has to lead."""

    name: str
    url: str
    aliases: list[str]
    folder: str | None
    statistics: str | None
    server: str | None


class AddressOverview(TypedDict):
    """An e-mail address. ``quota`` is in bytes, None without a limit."""

    name: str
    aliases: list[str]
    forward_to: list[str]
    keep_copy: bool
    quota: int | None


class Overview(TypedDict):
    """What a letter tells beside logins. ``fingerprints`` are those of SFTP, as programs show them."""

    sites: list[SiteOverview]
    addresses: list[AddressOverview]
    mail_server: str | None
    fingerprints: list[str]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The options ``sites``, ``mailboxes`` and ``host_keys``: what all customers have, and web host to public keys."""

    sites: Sequence[Mapping[str, Any]] = ()
    mailboxes: Sequence[Mapping[str, Any]] = ()
    host_keys: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def by_customer(self) -> Mapping[str, Holdings]:
        """Return what each customer has."""
        sites: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        mailboxes: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for site in self.sites:
            sites[str(site["customer"])].append(site)
        for mailbox in self.mailboxes:
            mailboxes[str(mailbox["customer"])].append(mailbox)
        return {
            customer: Holdings(sites[customer], mailboxes[customer], self.host_keys)
            for customer in {*sites, *mailboxes}
        }


def overview(has: Holdings, logins: Iterable[Login], endpoints: Mapping[str, Endpoint]) -> Overview:
    """Return what the letter of one customer tells, whose logins these are."""
    file_logins = [login for login in logins if login.kind == "file_login"]
    mailboxes = [mailbox for mailbox in has.mailboxes if mailbox.get("managed", True)]
    imap = endpoints.get("imap")
    return {
        "sites": [_site(site, file_logins, endpoints) for site in has.sites if site.get("managed", True)],
        "addresses": [_address(mailbox) for mailbox in mailboxes],
        "mail_server": imap.host if imap is not None and mailboxes else None,
        "fingerprints": _fingerprints(has, file_logins) if "sftp" in endpoints else [],
    }


def _site(site: Mapping[str, Any], file_logins: Sequence[Login], endpoints: Mapping[str, Endpoint]) -> SiteOverview:
    name, host = str(site["name"]), site.get("host")
    web, statistics = endpoints.get("web"), endpoints.get("statistics")
    server = next(filter(None, (found.on(host) for found in map(endpoints.get, ("web", "sftp", "ftp")) if found)), None)
    return {
        "name": name,
        "url": _url(name, web.port if web is not None else None),
        "aliases": list(map(str, site.get("aliases") or ())),
        "folder": _folder(name, file_logins),
        "statistics": _statistics(name, host, statistics) if statistics is not None and file_logins else None,
        "server": server,
    }


def _folder(site: str, file_logins: Sequence[Login]) -> str | None:
    """Return where the pages lie for who logs in; a login for one site begins within it."""
    if any(login.site is None for login in file_logins):
        return f"{site}/{_PAGES}"
    return _PAGES if any(login.site == site for login in file_logins) else None


def _statistics(site: str, host: str | None, endpoint: Endpoint) -> str | None:
    if endpoint.url is not None:
        return f"{endpoint.url.rstrip('/')}/{site}/"
    name = endpoint.on(host)
    return None if name is None else f"{_url(name, endpoint.port)}{site}/"


def _url(host: str, port: int | None) -> str:
    return f"https://{host}/" if port in (None, _HTTPS) else f"https://{host}:{port}/"


def _address(mailbox: Mapping[str, Any]) -> AddressOverview:
    return {
        "name": str(mailbox["name"]),
        "aliases": list(map(str, mailbox.get("aliases") or ())),
        "forward_to": list(map(str, mailbox.get("forward_to") or ())),
        "keep_copy": bool(mailbox.get("keep_copy", True)),
        "quota": mailbox.get("quota"),
    }


def _fingerprints(has: Holdings, file_logins: Sequence[Login]) -> list[str]:
    """Return the fingerprints of the hosts that a login leads to; of all, where that is not said."""
    hosts = {host for login in file_logins for host in login.hosts} or set(has.host_keys)
    keys = [key for host in sorted(hosts) for key in has.host_keys.get(host, ())] if file_logins else []
    return list(dict.fromkeys(map(fingerprint, keys)))


def fingerprint(key: str) -> str:
    """Return the fingerprint of a public key, given as ``type base64 [comment]``, as OpenSSH shows it.

    Raises HostingError for what is no such line.
    """
    kind, _blank, rest = key.strip().partition(" ")
    try:
        blob = base64.b64decode(rest.split()[0], validate=True)
    except (IndexError, binascii.Error):
        raise ItemRefused(f"host_keys: {key[:60]!r}", remedy="allowed: type and key, as in a file *.pub") from None
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")
    return f"SHA256:{digest} ({_KEY_TYPES.get(kind, kind)})"
