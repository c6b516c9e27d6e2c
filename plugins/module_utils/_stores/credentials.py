# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials: the entries of a customer in the directory as LDIF, without passwords or anything that serves as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .._clients.ldap import Directory, RawEntry, escaped, escaped_rdn
from .._data_model.addresses import canonical, picked_addresses
from .._data_model.item_export import ItemExport, Reason
from .._data_model.measurement import Tally
from .._data_model.place import ADDRESS_FIELDS, Place, PlaceKeys, filled
from .._data_model.selection import Selection
from .._formats import ldif
from ._base import ItemStore, PayloadFile, Whole

_URI = "ldapi://%2Frun%2Fslapd%2Fldapi"
_FIELDS = ("customer", "login", *ADDRESS_FIELDS)
_FIELD = re.compile(r"\{([a-z]+)\}")
_SCOPES = ("sub", "one", "base")
# Attributes of whatever schema that are a password, or serve as one, or tell of one: rather one too many is left out.
_SECRET_NAME = re.compile(
    r"passw|pwd|secret|hash|otp|token|credential|pkcs12|private|^shadow|^samba.*(?:nt|lm|key)|^krb|(?<!public)key$|pin$",
    re.IGNORECASE,
)
# {SCHEME}..., and what crypt(3) makes
_SECRET_VALUE = re.compile(rb"\{[A-Za-z][A-Za-z0-9._/-]{0,30}\}\S+|\$[0-9a-z-]{1,20}\$\S+")
_TIMES = ("createTimestamp", "modifyTimestamp")
# what names a person or a login, where only some are asked for
_NAMING = ("mail", "maillocaladdress", "uid")


@dataclass(frozen=True, slots=True)
class _Search:
    """Where entries of a customer are found: templates for base and filter."""

    base: str
    filter: str
    scope: str

    @property
    def is_of_all(self) -> bool:
        """Tell whether it finds all of a customer, and not just one address or login."""
        return self.fields == {"customer"}

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(_FIELD.findall(self.base + self.filter))


class Credentials(ItemStore[Whole, Directory]):
    """Place: ``uri`` of the directory, ``bind_dn``, ``bind_password_file`` and ``ca_file`` where it is ldaps:, and
    ``base``. A tree that is not ours has ``searches``: a list of ``base``, ``filter`` and ``scope`` (sub, one, base),
    in which {customer} stands for each customer, {address}, {local}, {domain} for each address, {login} for each login.
    """

    kind = "credentials"
    groups = ("hosting_directory",)
    payload = (PayloadFile("directory.ldif", "entries without secrets (RFC 2849)", "any LDAP server"),)

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        base = keys.text("base")
        self._settings: dict[str, Any] = {
            "uri": keys.text("uri", _URI),
            "base": base,
            "attributes": {},
            "bind_dn": keys.optional("bind_dn"),
            "ca_file": keys.optional_path("ca_file"),
        }
        self._password_file = keys.optional_path("bind_password_file")
        default = [{"base": f"o={{customer}},ou=customers,{base}"}]
        self._searches = [_search(keys, one) for one in keys.mappings("searches", default)]
        keys.done()

    def opened(self, selections: Sequence[Selection]) -> AbstractContextManager[Directory]:
        """Hold a connection."""
        password = None
        if self._password_file is not None:
            password = Path(self._password_file).read_text("utf-8").rstrip("\n")
        return Directory({**self._settings, "bind_password": password})

    def place_of(self, selection: Selection, item: Whole) -> str:
        """Return the directory."""
        return str(self._settings["uri"])

    def measure_item(self, shared: Directory, selection: Selection, item: Whole, tally: Tally) -> None:
        """Count entries."""
        for entry in self._entries(shared, selection):
            tally.add(sum(len(value) for values in entry.values.values() for value in values), _times(entry)[-1])

    def export_item(self, shared: Directory, selection: Selection, item: Whole, export: ItemExport) -> None:
        """Write all entries of a customer into one file."""
        entries = self._entries(shared, selection)
        if entries:
            _export(entries, export)

    def _entries(self, directory: Directory, selection: Selection) -> list[RawEntry]:
        """Return the entries of a customer, those above others first; of a part of what is theirs, just these."""
        found: dict[str, RawEntry] = {}
        picked = picked_addresses(selection)
        whole = selection.own_addresses <= picked
        for search in self._searches:
            for entry in _answers(search, selection, directory):
                if whole or not search.is_of_all or _names(entry) & {*picked, *selection.file_logins}:
                    found.setdefault(entry.dn.lower(), entry)
        return sorted(found.values(), key=lambda entry: entry.dn.count(","))


def _search(keys: PlaceKeys, given: Mapping[str, Any]) -> _Search:
    one = PlaceKeys(f"{Credentials.kind}.searches", given)
    scope = one.text("scope", "sub")
    search = _Search(one.template("base", _FIELDS), one.template("filter", _FIELDS, "(objectClass=*)"), scope)
    one.done()
    if scope not in _SCOPES:
        raise keys.refusal("searches", f"as scope one of {', '.join(_SCOPES)}")
    if not search.fields:
        raise keys.refusal(
            "searches", "searches with {customer}, {address} or {login} in them; this one finds everybody"
        )
    if "login" in search.fields and search.fields & set(ADDRESS_FIELDS):
        raise keys.refusal("searches", "either addresses or logins in one search")
    return search


def _answers(search: _Search, selection: Selection, directory: Directory) -> Iterator[RawEntry]:
    for values in _values(search, selection):
        base = filled(search.base, _each(escaped_rdn, values))
        yield from directory.read(base, filled(search.filter, _each(escaped, values)), search.scope, ["*", *_TIMES])


def _values(search: _Search, selection: Selection) -> Iterator[dict[str, str]]:
    """Yield what a search is put for."""
    about = {"customer": selection.customer}
    if "login" in search.fields:
        yield from ({**about, "login": login} for login in selection.file_logins)
    elif search.fields & set(ADDRESS_FIELDS):
        for mailbox in selection.mailboxes:
            local, _at, domain = mailbox.name.rpartition("@")
            yield {**about, "address": mailbox.name, "local": local, "domain": domain}
    else:
        yield about


def _each(escape: Callable[[str], str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: escape(value) for name, value in values.items()}


def _names(entry: RawEntry) -> set[str]:
    """Return what an entry is called: by its DN, whatever its attributes are called, and by those we know."""
    lowered = {name.lower(): values for name, values in entry.values.items()}
    known = [value.decode("utf-8", "replace") for name in _NAMING for value in lowered.get(name, ())]
    return {canonical(name) for name in (entry.dn.partition(",")[0].partition("=")[2], *known)}


def _export(entries: Sequence[RawEntry], export: ItemExport) -> None:
    with export.file("directory.ldif") as out:
        out.write(ldif.OPENING)
        for entry in entries:
            shown = {name: values for name, values in entry.values.items() if name not in _TIMES}
            kept = {name: values for name, values in shown.items() if not _is_secret(name, values)}
            for name in sorted(set(shown) - set(kept)):
                export.leave_out(f"{entry.dn}: {name}", Reason.SECRET)
            out.write(ldif.entry(entry.dn, kept))
            for when in _times(entry)[-1:]:
                if when is None:
                    export.count += 1
                else:
                    export.saw(when)


def _is_secret(name: str, values: Sequence[bytes]) -> bool:
    return bool(_SECRET_NAME.search(name.partition(";")[0])) or any(_SECRET_VALUE.fullmatch(value) for value in values)


def _times(entry: RawEntry) -> list[float | None]:
    """Return when an entry was made and last changed (GeneralizedTime, RFC 4517, 3.3.13)."""
    return [_time(values[0]) if (values := entry.values.get(name)) else None for name in _TIMES]


def _time(value: bytes) -> float | None:
    try:
        return datetime.strptime(value.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
