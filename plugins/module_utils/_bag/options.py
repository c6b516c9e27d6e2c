# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers as the modules are given them whose work is their data: customer_export, customer_info."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from .._core import names
from .._core.errors import HostingError, ItemRefused
from .._data_model.items import Database, Item, Mailbox, Site, Spec, item_of, spec_of
from .._data_model.place import Place
from .._data_model.selection import Selection, Spans
from .._engine.items import read_items
from .._stores._base import Store
from .._stores._table import ON_HOSTS

_Item = TypeVar("_Item", bound=Item)
_LIST: Mapping[str, Any] = {"type": "list", "default": []}
_NAMES: Mapping[str, Any] = {**_LIST, "elements": "str"}
# Options of a customer; the items in the lists have specs of their own.
SELECTION: Spec = {
    "customer": {"type": "str", "required": True},
    "sites": _LIST,
    "databases": _LIST,
    "mailboxes": _LIST,
    "file_logins": _NAMES,
    "own_addresses": _NAMES,
    "held": {"type": "dict", "default": {}},
    "user": {"type": "str"},
}
# How a place says that a service does not exist.
NONE = "none"


def read_selections(option: str, items: Sequence[Any]) -> list[Selection]:
    """Return the customers of a module's option. Raises ItemRefused, which names all mistakes of one kind."""
    selections = [
        _selection(option, position, item) for position, item in enumerate(read_items(option, items, SELECTION))
    ]
    for selection in selections:
        _require_names(selection)
    return selections


def read_stores(places: Mapping[str, Any]) -> tuple[dict[str, Store], list[str]]:
    """Return the stores that this host is asked for, and the kinds whose service does not exist.

    Raises ItemRefused with all that is wrong with the places.
    """
    mistakes = [
        f"there is no kind of data {kind!r}; there are: {', '.join(ON_HOSTS)}"
        for kind in places
        if kind not in ON_HOSTS
    ]
    stores: dict[str, Store] = {}
    for kind, place in places.items():
        if kind not in ON_HOSTS or place == NONE:
            continue
        try:
            stores[kind] = ON_HOSTS[kind](_mapping(kind, place))
        except HostingError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ItemRefused("; ".join(mistakes), remedy="correct hosting_stores", code="invalid-place")
    return stores, [kind for kind, place in places.items() if place == NONE]


def _mapping(kind: str, place: Any) -> Place:
    if isinstance(place, Mapping):
        return place
    raise ItemRefused(f"hosting_stores.{kind}: is {type(place).__name__}", remedy=f"allowed: a mapping, or {NONE}")


def _selection(option: str, position: int, item: Mapping[str, Any]) -> Selection:
    def items(name: str, kind: type[_Item]) -> tuple[_Item, ...]:
        # a customer's items are theirs without saying so
        given = [
            {"customer": item["customer"], **found} if isinstance(found, Mapping) else found for found in item[name]
        ]
        read = read_items(f"{option}[{position}].{name}", given, spec_of(kind))
        return tuple(item_of(kind, found) for found in read)

    return Selection(
        customer=item["customer"],
        sites=items("sites", Site),
        databases=items("databases", Database),
        mailboxes=items("mailboxes", Mailbox),
        file_logins=tuple(item["file_logins"]),
        own_addresses=frozenset(item["own_addresses"]),
        held={name: _spans(f"{option}[{position}].held", name, spans) for name, spans in item["held"].items()},
        user=item["user"] or f"hc-{item['customer']}",
    )


def _spans(place: str, name: str, spans: Any) -> Spans:
    """Return when a name was somebody's. Raises ItemRefused for what are no pairs of times."""
    try:
        return [(_seconds(since, -math.inf), _seconds(until, math.inf)) for since, until in spans]
    except (TypeError, ValueError):
        raise ItemRefused(
            f"{place}: {name[:80]!r}: is no list of since when and until when",
            remedy="allowed: pairs of times such as 2026-11-30T18:00:00Z, null where there is none",
            code="invalid-option",
        ) from None


def _seconds(time: str | None, without: float) -> float:
    return without if time is None else datetime.fromisoformat(time).timestamp()


def _require_names(selection: Selection) -> None:
    """Refuse what is no name: they become names of files, patterns and arguments."""
    names.require_customer(selection.customer)
    names.require_unix_user(selection.user)
    for site in selection.sites:
        for domain in (site.name, *site.aliases):
            names.require_domain(domain)
        names.require_unix_user(site.unix_user)
    for database in selection.databases:
        (names.require_database if database.managed else names.require_any_database)(database.name)
    for address in (*selection.own_addresses, *(box.name for box in selection.mailboxes)):
        names.require_address(address)
    for login in selection.file_logins:
        names.require_login(login)
