# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins as playbooks give them, and the services each of them opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._core import names
from ...module_utils._core.errors import HostingError, ItemRefused
from .languages.table import LANGUAGES

# Kind of login -> what it may be used for, as the register says -> services, in the order of the letter.
SERVICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "mailbox": {
        "mail": ("imap", "submission", "webmail"),
        "cloud": ("cloud", "webdav", "caldav", "carddav"),
        "chat": ("xmpp",),
    },
    "file_login": {"files": ("ftp", "sftp"), "statistics": ("statistics",)},
    "database": {"database": ("database",), "database_tool": ("database_tool",)},
}
KINDS = tuple(SERVICES)
KIND_OF: Mapping[str, str] = {
    service: kind for kind, uses in SERVICES.items() for services in uses.values() for service in services
}

_NAMES = {"mailbox": names.require_address, "file_login": names.require_login, "database": names.require_database}


@dataclass(frozen=True, slots=True)
class Customer:
    """To whom a letter goes."""

    name: str
    display_name: str
    language: str
    contact: str

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Customer:
        """Read an item of the option ``customers``; what a plan has beyond that is ignored."""
        name = names.require_customer(_text(item, "name", "customers"))
        language = _text(item, "language", "customers", "en")
        if language not in LANGUAGES:
            raise _refused("customers", f"language of {name} is {language!r}", f"one of {', '.join(LANGUAGES)}")
        return cls(
            name, _text(item, "display_name", "customers", name), language, _text(item, "contact", "customers", "")
        )


@dataclass(frozen=True, slots=True)
class Login:
    """One login of a customer; ``uses`` is empty where it may be used for everything.

    ``hosts`` names those of the inventory where it has something, where a service is on several. ``site`` is the only
    one that a login for files enters; None where it enters all.
    """

    kind: str
    name: str
    customer: str
    uses: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    site: str | None = None

    @property
    def key(self) -> str:
        """Return the name under which the login is pending."""
        return f"{self.kind}:{self.name}"

    @property
    def services(self) -> tuple[str, ...]:
        """Return the services that the login opens, wherever they exist."""
        return tuple(
            service
            for use, services in SERVICES[self.kind].items()
            if not self.uses or use in self.uses
            for service in services
        )

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Login:
        """Read an item of the option ``logins``."""
        kind, uses = _text(item, "kind", "logins"), item.get("services") or ()
        if kind not in SERVICES:
            raise _refused("logins", f"kind is {kind!r}", f"one of {', '.join(KINDS)}")
        unknown = [use for use in uses if use not in SERVICES[kind]]
        if unknown:
            raise _refused("logins", f"services of a {kind} has {unknown[0]!r}", ", ".join(SERVICES[kind]))
        name = _NAMES[kind](_text(item, "name", "logins"))
        customer = names.require_customer(_text(item, "customer", "logins"))
        hosts = tuple(map(str, item.get("hosts") or ()))
        return cls(kind, name, customer, tuple(map(str, uses)), hosts, _optional(item, "site"))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a service answers; ``hosts`` maps hosts of the inventory to names, where it is on several."""

    host: str | None
    port: int | None
    security: str | None
    url: str | None
    hosts: Mapping[str, str] = field(default_factory=dict)

    def of(self, login: Login) -> tuple[str | None, ...]:
        """Return the names by which a login reaches the service."""
        return tuple(self.hosts[host] for host in login.hosts if host in self.hosts) or (self.host,)

    def on(self, host: str | None) -> str | None:
        """Return the name by which the service on a host of the inventory is reached; None stands for the only one."""
        if host is None and len(self.hosts) == 1:
            return next(iter(self.hosts.values()))
        return self.hosts.get(host or "", self.host)

    @classmethod
    def from_item(cls, service: str, item: Mapping[str, Any]) -> Endpoint:
        """Read an item of the option ``endpoints``."""
        port = item.get("port")
        try:
            number = None if port is None else int(port)
        except (TypeError, ValueError):
            raise _refused(f"endpoints.{service}", f"port is {port!r}", "a number") from None
        hosts = item.get("hosts") or {}
        if not isinstance(hosts, Mapping):
            raise _refused(
                f"endpoints.{service}", f"hosts is {type(hosts).__name__}", "hosts of the inventory to names"
            )
        return cls(
            _optional(item, "host"),
            number,
            _optional(item, "security"),
            _optional(item, "url"),
            {str(host): str(name) for host, name in hosts.items()},
        )


def read_endpoints(items: Mapping[str, Any]) -> dict[str, Endpoint]:
    """Read the option ``endpoints``."""
    for service, item in items.items():
        if not isinstance(item, Mapping):
            raise _refused(
                f"endpoints.{service}",
                f"it is {type(item).__name__}",
                "a dictionary with host, hosts, port, security, url",
            )
    return {str(service): Endpoint.from_item(service, item) for service, item in items.items()}


def read_customers(items: Sequence[Mapping[str, Any]]) -> dict[str, Customer]:
    """Read the option ``customers``, by name."""
    customers = (Customer.from_item(item) for item in items)
    return {customer.name: customer for customer in customers}


def read_logins(items: Sequence[Mapping[str, Any]]) -> list[Login]:
    """Read the option ``logins``; a login named twice counts once, and belongs to one customer."""
    logins: dict[str, Login] = {}
    for login in map(Login.from_item, items):
        if logins.setdefault(login.key, login).customer != login.customer:
            owners = f"{logins[login.key].customer} and {login.customer}"
            raise _refused("logins", f"{login.key} is given for {owners}", "one owner")
    return list(logins.values())


def _text(item: Mapping[str, Any], key: str, option: str, default: str | None = None) -> str:
    value = item.get(key)
    if value is None:
        value = default
    if not isinstance(value, str):
        raise _refused(option, f"{key} is {'missing' if value is None else type(value).__name__}", "text")
    return str(value)


def _optional(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    return None if value is None else str(value)


def _refused(option: str, what: str, allowed: str) -> HostingError:
    return ItemRefused(f"{option}: {what}", remedy=f"allowed: {allowed}", code="invalid-option")
