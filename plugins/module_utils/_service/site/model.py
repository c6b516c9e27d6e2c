# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a site is: the values that come from the module's options, and the places that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..._core import names
from ..._core.errors import HostingError, ItemRefused
from ..._data_model.items import Site, State

PHP = "php"
OWN_LOG = "own"
CERTIFICATE_FILE = "site.pem"
# Room for the directory and the suffix in 108 bytes, the most that the path of a socket may have.
_SOCKET_NAME_LIMIT = 80
# A file name has at most 255 bytes.
_FILE_NAME_LIMIT = 250


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What is the same for all sites."""

    web_root: str
    log_root: str
    state_directory: str
    templates: str
    certificates_root: str
    socket_directory: str
    web_user: str
    database_host: str
    source: str
    ca_certificate: str
    ca_key: str
    sentinel_port: int
    purge: bool
    php: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SiteOwner:
    """The system user of a customer, as the directory has recorded it."""

    user: str
    uid: int
    web_gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteItem(Site):
    """One site as it is wanted, with the system user of its customer."""

    owner: SiteOwner | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return its domain and all aliases."""
        return (self.name, *self.aliases)

    @property
    def web_group(self) -> str:
        """Return the group that the customer and the web server are in."""
        return f"hw-{self.customer}"

    @property
    def own_user(self) -> str:
        """Return the name that the customer's system user has unless an existing one was adopted."""
        return f"hc-{self.customer}"

    @property
    def vhost_file(self) -> str:
        """Return the path of its virtual host below a generation."""
        return f"apache/{names.shortened(self.name, _FILE_NAME_LIMIT)}.conf"

    @property
    def pool_file(self) -> str:
        """Return the path of its pool below a generation."""
        return f"php/{names.shortened(self.name, _FILE_NAME_LIMIT)}.conf"

    @property
    def socket_name(self) -> str:
        """Return the name of its pool's socket."""
        return f"{names.shortened(self.name, _SOCKET_NAME_LIMIT)}.sock"


def with_owner(site: Site, users: Mapping[str, Mapping[str, Any]]) -> SiteItem:
    """Return a site with its owner, as ``customer_account`` told."""
    owner = users.get(site.customer)
    return SiteItem(
        **{found.name: getattr(site, found.name) for found in fields(site)},
        owner=SiteOwner(owner["user"], owner["uid"], owner["web_gid"]) if owner else None,
    )


def find_invalid(site: SiteItem) -> HostingError | None:
    """Return what is wrong with the values of a site; they reach paths and configurations."""
    try:
        names.require_domain(site.name)
        names.require_customer(site.customer)
        for alias in site.aliases:
            names.require_domain(alias)
        for database in site.databases:
            names.require_database(database)
        if site.owner is not None:
            names.require_unix_user(site.owner.user)
    except HostingError as error:
        return error
    if site.name in site.aliases:
        return ItemRefused(f"{site.name} is an alias of itself", remedy="remove the alias", code="invalid-name")
    return None


def find_shared_names(sites: Iterable[SiteItem], others: Mapping[str, str]) -> dict[str, HostingError]:
    """Return the sites that claim a name of another; ``others`` are names of sites that are not among them."""
    served = [site for site in sites if site.managed and site.state is not State.ABSENT]
    owners = {**others, **{site.name: site.name for site in served}}
    problems: dict[str, HostingError] = {}
    for site in served:
        for name in site.names:
            owner = others.get(name) or owners.setdefault(name, site.name)
            if owner != site.name:
                problems[site.name] = ItemRefused(
                    f"{name} is a name of site {owner} as well", remedy="leave it to one of the two", code="name-in-use"
                )
    return problems


def find_shared_users(sites: Iterable[SiteItem]) -> dict[str, HostingError]:
    """Return the sites whose customer has the system user of another customer: the two could not be kept apart."""
    holders: dict[str | int, str] = {}
    problems: dict[str, HostingError] = {}
    for site in sites:
        for key in (site.owner.user, site.owner.uid, site.owner.web_gid) if site.owner is not None else ():
            holder = holders.setdefault(key, site.customer)
            if holder != site.customer:
                problems[site.name] = ItemRefused(
                    f"customers {holder} and {site.customer} have the same system user or number: {key}",
                    remedy="give each customer its own",
                    code="system-user-taken",
                )
    return problems
