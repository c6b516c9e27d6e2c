# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes and forwardings: entries of the directory and, where told so, their Maildirs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._clients.ldap import Directory, DirectoryEntry
from .._core import files, names
from .._core.errors import HostingError, ItemRefused, UnsafePath
from .._data_model.items import Mailbox, State
from .._engine.model import Actual, Change, Value, Wanted
from .directory_entry import STATUS_OF, bool_text, state_of

_CLASSES = ("inetOrgPerson", "inetLocalMailRecipient", "hostingMailbox")
_ATTRIBUTES = (
    "mail",
    "mailLocalAddress",
    "hostingCustomer",
    "hostingStatus",
    "hostingService",
    "hostingForwardTo",
    "hostingKeepCopy",
    "hostingQuota",
    "hostingCloudQuota",
)
# Field of an item -> attribute of its entry.
_ATTRIBUTE_OF = {
    "aliases": "mailLocalAddress",
    "services": "hostingService",
    "forward_to": "hostingForwardTo",
    "keep_copy": "hostingKeepCopy",
    "quota": "hostingQuota",
    "cloud_quota": "hostingCloudQuota",
    "password": "userPassword",
}
_FORWARD_TARGET = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}")


def wanted_mailbox(box: Mailbox, hashes: Mapping[str, str], *, purge: bool) -> Wanted:
    """Return the wanted state of one item of the module's option ``mailboxes``."""
    fields: dict[str, Value] = {}
    if box.state is not State.ABSENT:
        fields = _wanted_fields(box)
        if box.name in hashes:
            fields["password"] = hashes[box.name]
    elif purge:
        fields = {"maildir": False}
    return Wanted(box.name, box.customer, box.state, fields, managed=box.managed)


def _wanted_fields(box: Mailbox) -> dict[str, Value]:
    services = {"mail": box.keep_copy, "cloud": box.cloud is not None, "chat": box.chat}
    return {
        "aliases": tuple(sorted(box.aliases)),
        "services": tuple(sorted(name for name, used in services.items() if used)),
        "forward_to": tuple(sorted(box.forward_to)),
        "keep_copy": box.keep_copy,
        "quota": box.quota,
        "cloud_quota": None if box.cloud is None else box.cloud.quota,
    }


class MailboxService:
    """The addresses of all customers, in the directory. Implements the engine's Service."""

    noun = "mailbox"
    secret_fields = frozenset({"password"})

    def __init__(self, directory: Directory, *, maildir_root: str | None = None) -> None:
        self._directory = directory
        self._maildir_root = maildir_root
        self._actual: dict[str, Actual] = {}
        self._holders: dict[str, str] = {}
        self._wanted: dict[str, Wanted] = {}

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Read every address of the directory in one search: O(addresses)."""
        self._wanted = {item.name: item for item in wanted}
        attributes = [self._directory.name(attribute) for attribute in _ATTRIBUTES]
        if any("password" in item.fields for item in wanted):
            attributes.append("userPassword")
        name = self._directory.name
        search_filter = f"(|({name('mail')}=*)({name('mailLocalAddress')}=*))"
        for entry in self._directory.search(search_filter, attributes):
            self._note(entry)
        for item in wanted:
            if "maildir" in item.fields and self._has_maildir(item):
                self._note_maildir(item)
        return self._actual

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse names that are no addresses, and addresses that somebody else has."""
        try:
            _check_names(wanted)
        except ItemRefused as error:
            return error
        if wanted.state is State.ABSENT:
            return None
        for address in (wanted.name, *_strings(wanted.fields["aliases"])):
            holder = self._holders.get(address)
            if holder is not None and holder != wanted.name and not self._will_release(holder, address):
                return ItemRefused(
                    f"{address} is in use by {holder}",
                    remedy="take it away there first (a mailbox is removed by the playbook erase)",
                    code="address-in-use",
                )
        return None

    def apply(self, change: Change) -> None:
        """Add, change or delete one entry: one or two operations."""
        wanted = change.wanted
        dn = self._dn(wanted)
        if wanted.state is State.ABSENT:
            self._directory.delete(dn)
            if "maildir" in change.fields:
                self._remove_maildir(wanted)
            return
        self._release_addresses(wanted)
        if change.actual is None or change.actual.state is State.ABSENT:
            self._directory.add(dn, _CLASSES, self._new_attributes(wanted))
            return
        attributes = {_ATTRIBUTE_OF[name]: _texts(wanted.fields[name]) for name in change.fields}
        self._directory.replace(dn, {**attributes, "hostingStatus": [STATUS_OF[wanted.state]]})

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Nothing to do: the mail servers ask the directory each time."""
        return {}

    def _dn(self, wanted: Wanted) -> str:
        return self._directory.below_customers(("o", wanted.customer), (self._directory.name("mail"), wanted.name))

    def _new_attributes(self, wanted: Wanted) -> dict[str, Sequence[str]]:
        return {
            "mail": [wanted.name],
            "cn": [wanted.name],
            "sn": [wanted.name],
            "hostingCustomer": [wanted.customer],
            "hostingStatus": [STATUS_OF[wanted.state]],
            **{_ATTRIBUTE_OF[name]: _texts(value) for name, value in wanted.fields.items()},
        }

    def _note(self, entry: DirectoryEntry) -> None:
        name = self._directory.name
        owned = self._directory.owns(entry)
        aliases = tuple(alias.lower() for alias in entry.all(name("mailLocalAddress")))
        for position, address in enumerate(map(str.lower, entry.all(name("mail")))):
            self._actual[address] = Actual(
                address,
                self._directory.customer_of(entry),
                state_of(entry, name("hostingStatus")),
                _actual_fields(entry, name),
                owned=owned,
            )
            self._holders[address] = address
            if position == 0:
                self._holders.update((alias, address) for alias in aliases)

    def _note_maildir(self, item: Wanted) -> None:
        found = self._actual.get(item.name)
        if found is None:
            self._actual[item.name] = Actual(item.name, item.customer, State.ABSENT, {"maildir": True})
        elif found.owned:
            fields = {**found.fields, "maildir": True}
            self._actual[item.name] = Actual(found.name, found.customer, found.state, fields)

    def _will_release(self, holder: str, address: str) -> bool:
        """Tell whether the holder gives this alias up in this very run."""
        wanted = self._wanted.get(holder)
        return (
            wanted is not None
            and wanted.managed
            and holder != address
            and wanted.state is not State.ABSENT
            and self._actual[holder].owned
            and address not in _strings(wanted.fields["aliases"])
        )

    def _release_addresses(self, wanted: Wanted) -> None:
        """Take aliases that move here from those who still hold them, whatever the order of the items is."""
        for address in (wanted.name, *_strings(wanted.fields["aliases"])):
            holder = self._holders.get(address)
            if holder is not None and holder != wanted.name:
                self._directory.discard(self._dn(self._wanted[holder]), "mailLocalAddress", address)
                self._holders[address] = wanted.name

    def _maildir(self, item: Wanted) -> tuple[str, str]:
        if self._maildir_root is None:
            raise UnsafePath(
                "purge without maildir_root", remedy="say where the Maildirs lie, and run on the mail host"
            )
        local, _at, domain = names.require_address(item.name).rpartition("@")
        return f"{self._maildir_root}/{names.require_customer(item.customer)}/{domain}", local

    def _has_maildir(self, item: Wanted) -> bool:
        parent, local = self._maildir(item)
        try:
            with files.directory(parent) as descriptor:
                return files.lstat(descriptor, local) is not None
        except FileNotFoundError:
            return False

    def _remove_maildir(self, item: Wanted) -> None:
        parent, local = self._maildir(item)
        try:
            with files.directory(parent) as descriptor:
                files.remove_tree(descriptor, local, shown=f"{parent}/{local}")
        except FileNotFoundError:
            return


def _check_names(wanted: Wanted) -> None:
    names.require_customer(wanted.customer)
    names.require_address(wanted.name)
    for alias in _strings(wanted.fields.get("aliases")):
        names.require_address(alias)
    for target in _strings(wanted.fields.get("forward_to")):
        if _FORWARD_TARGET.fullmatch(target) is None:
            raise ItemRefused(
                f"{target[:80]!r} is not an address", remedy="give one as local@domain", code="invalid-name"
            )


def _actual_fields(entry: DirectoryEntry, name: Any) -> dict[str, Value]:
    return {
        "aliases": entry.all(name("mailLocalAddress")),
        "services": entry.all(name("hostingService")),
        "forward_to": entry.all(name("hostingForwardTo")),
        "keep_copy": entry.one(name("hostingKeepCopy")) != bool_text(value=False),
        "quota": entry.number(name("hostingQuota")),
        "cloud_quota": entry.number(name("hostingCloudQuota")),
        "password": entry.one("userPassword"),
    }


def _strings(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _texts(value: Value) -> list[str]:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, bool):
        return [bool_text(value=value)]
    return [] if value is None else [str(value)]
