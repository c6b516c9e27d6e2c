# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers and their file logins: entries of the directory, and the system user numbers recorded there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .._clients import name_records
from .._clients.ldap import Directory, DirectoryEntry
from .._clients.name_records import NameRecord, open_labels
from .._core import names
from .._core.errors import HostingError, ItemRefused
from .._data_model.incarnations import NEW, NameKind
from .._data_model.items import State
from .._engine.model import Actual, Change, Value, Wanted
from .directory_entry import STATUS_OF, state_of

_OF_CUSTOMERS = (
    "o",
    "description",
    "associatedDomain",
    "hostingCustomer",
    "hostingStatus",
    "hostingNumber",
    "hostingUser",
    name_records.ATTRIBUTE,
)
_OF_LOGINS = ("uid", "hostingCustomer", "hostingStatus", "uidNumber", "gidNumber", "homeDirectory")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where system user numbers may come from, and what is taken on the hosts already."""

    first: int
    last: int
    web_gid_offset: int
    system_users: Mapping[str, int]
    system_groups: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The system user of a customer."""

    user: str
    uid: int
    web_gid: int


class DirectoryAccounts:
    """All entries of customers and logins, read in three searches; issues numbers that were never issued before."""

    def __init__(self, directory: Directory, numbers: Numbers) -> None:
        self.directory = directory
        self.numbers = numbers
        self.customers: dict[str, DirectoryEntry] = {}
        self.logins: dict[str, DirectoryEntry] = {}
        self._recorded: int | None = None
        self._next = numbers.first
        self._taken: set[int] = set()
        self._names: dict[str, list[NameRecord]] = {}
        self._held: defaultdict[tuple[NameKind, str], set[str]] | None = None
        self._read()

    def number_of(self, customer: str) -> int | None:
        """Return the number recorded for a customer."""
        entry = self.customers.get(customer)
        return None if entry is None else entry.number(self.directory.name("hostingNumber"))

    def names_of(self, customer: str) -> Sequence[NameRecord]:
        """Return the names that a customer has or had; what is no record is passed over, and stays."""
        if customer not in self._names:
            entry = self.customers.get(customer)
            found = () if entry is None else entry.all(self.directory.name(name_records.ATTRIBUTE))
            self._names[customer] = [record for record in map(name_records.parse, found) if record is not None]
        return self._names[customer]

    def begin_names(self, customer: str, labels: Iterable[str], foreign: Collection[str]) -> list[NameRecord]:
        """Return new records of a customer, to be noted when they are written. Those of whoever had the names end.

        What is not ours was theirs before we knew of it, and so was all that they have when the first records are made;
        unless somebody else is known to have had it.
        """
        moment = name_records.now()
        is_first = customer in self.customers and not self.names_of(customer)
        begun = []
        for label in sorted(labels):
            kind, _space, name = label.partition(" ")
            space = NameKind(kind).space
            others = self._holders().get((space, name), set()) - {customer}
            for other in others:
                self._end_name(other, space, name, moment)
            was_theirs = (is_first or label in foreign) and not others
            begun.append(name_records.begin(kind, name, None if was_theirs else moment))
        return begun

    def note_names(self, customer: str, begun: Iterable[NameRecord]) -> None:
        """Note records that have been written."""
        self._names[customer] = [*self.names_of(customer), *begun]

    def incarnations(self, customers: Sequence[Wanted], *, check_mode: bool) -> dict[str, str]:
        """Return label to incarnation of the names that these customers have; in check mode those they would have."""
        records = [record for item in customers for record in self.names_of(item.name)]
        found = {record.label: record.incarnation for record in records if record.until is None}
        for item in customers if check_mode else ():
            mine = open_labels(self.names_of(item.name))
            found.update((label, NEW) for label in _texts(item.fields.get("names")) if label not in mine)
        return found

    def _end_name(self, customer: str, space: NameKind, name: str, until: str) -> None:
        dn = self.directory.below_customers(("o", customer))
        records = list(self.names_of(customer))
        for position, record in enumerate(records):
            if record.name == name and record.kind.space is space and record.until is None:
                records[position] = ended = record._replace(until=until)
                self.directory.exchange(dn, name_records.ATTRIBUTE, record.text(), ended.text())
        self._names[customer] = records

    def _holders(self) -> Mapping[tuple[NameKind, str], set[str]]:
        """Return who has or had a name, for all names of all kinds."""
        if self._held is None:
            self._held = defaultdict(set)
            for customer in self.customers:
                for record in self.names_of(customer):
                    self._held[record.kind.space, record.name].add(customer)
        return self._held

    def issue(self) -> int | None:
        """Return the next number that nobody has or ever had, None if the range is used up. Nothing is recorded yet."""
        while self._next <= self.numbers.last:
            number = self._next
            self._next += 1
            if number not in self._taken and number + self.numbers.web_gid_offset not in self._taken:
                return number
        return None

    def record(self) -> None:
        """Record all numbers issued so far as used, before any of them is. Refused if another run was faster."""
        if self._recorded is None or self._next > self._recorded:
            old = None if self._recorded is None else str(self._recorded)
            self.directory.exchange(self.directory.customers, "hostingNextNumber", old, str(self._next))
            self._recorded = self._next

    def _read(self) -> None:
        name = self.directory.name
        counter, customer, login, account = (
            f"(objectClass={name(one)})"
            for one in ("hostingCounter", "hostingCustomer", "hostingFileLogin", "posixAccount")
        )
        # One search for each class saves reading the classes of every entry, which are most of what it says.
        for entry in self._search(counter, ("hostingNextNumber",)):
            self._recorded = entry.number(name("hostingNextNumber"))
        for entry in self._search(f"(&{customer}(!{counter}))", _OF_CUSTOMERS):
            self.customers[entry.one(name("o")) or ""] = entry
        for entry in self._search(f"(&(|{login}{account})(!{customer})(!{counter}))", _OF_LOGINS):
            self.logins[entry.one(name("uid")) or ""] = entry
            self._taken.update(filter(None, (entry.number(name("uidNumber")), entry.number(name("gidNumber")))))
        used = filter(None, (self.number_of(customer) for customer in self.customers))
        ours = [number for number in used if self.numbers.first <= number <= self.numbers.last]
        self._next = max(self.numbers.first, self._recorded or 0, *(number + 1 for number in ours), 0)
        self._taken.update(self.numbers.system_users.values(), self.numbers.system_groups.values())

    def _search(self, search_filter: str, attributes: Iterable[str]) -> Iterator[DirectoryEntry]:
        return self.directory.search(search_filter, [self.directory.name(attribute) for attribute in attributes])


def wanted_customers(accounts: DirectoryAccounts, items: Iterable[Mapping[str, Any]]) -> list[Wanted]:
    """Return the wanted customers; the new ones with the number that they will get."""
    return [_wanted_customer(accounts, item) for item in items]


def _wanted_customer(accounts: DirectoryAccounts, item: Mapping[str, Any]) -> Wanted:
    state = State(item["state"])
    if state is State.ABSENT:
        return Wanted(item["name"], item["customer"], state)
    number = item["unix_uid"] or accounts.number_of(item["name"]) or accounts.issue()
    fields: dict[str, Value] = {
        "display_name": item["display_name"],
        "domains": tuple(sorted(item["domains"])),
        "unix_user": item["unix_user"],
        "number": number,
        # what left the register is theirs still
        "names": tuple(sorted({*item["names"], *item["foreign_names"], *open_labels(accounts.names_of(item["name"]))})),
    }
    return Wanted(item["name"], item["customer"], state, fields)


def system_users(customers: Iterable[Wanted], web_gid_offset: int) -> dict[str, SystemUser]:
    """Return the system user of every wanted customer that has, or gets, a number."""
    users = {}
    for item in customers:
        number, user = item.fields.get("number"), item.fields.get("unix_user")
        if isinstance(number, int) and isinstance(user, str):
            users[item.name] = SystemUser(user, number, number + web_gid_offset)
    return users


def wanted_logins(
    items: Iterable[Mapping[str, Any]], users: Mapping[str, SystemUser], hashes: Mapping[str, str], web_root: str
) -> list[Wanted]:
    """Return the wanted file logins; each is locked into the customer's tree, or into that of one site."""
    return [_wanted_login(item, users, hashes, web_root) for item in items]


def _wanted_login(
    item: Mapping[str, Any], users: Mapping[str, SystemUser], hashes: Mapping[str, str], web_root: str
) -> Wanted:
    state = State(item["state"])
    if state is State.ABSENT:
        return Wanted(item["name"], item["customer"], state)
    user = users.get(item["customer"])
    fields: dict[str, Value] = {
        "home": "/".join(filter(None, (web_root, item["customer"], item["site"]))),
        "number": user.uid if user else None,
        "group": user.web_gid if user else None,
    }
    if item["name"] in hashes:
        fields["password"] = hashes[item["name"]]
    return Wanted(item["name"], item["customer"], state, fields)


class CustomerService:
    """The customers' own entries. Implements the engine's Service."""

    noun = "customer"
    secret_fields: frozenset[str] = frozenset()
    _attribute_of: ClassVar[Mapping[str, str]] = {
        "display_name": "description",
        "domains": "associatedDomain",
        "unix_user": "hostingUser",
        "number": "hostingNumber",
    }

    def __init__(self, accounts: DirectoryAccounts, foreign_names: Collection[str] = ()) -> None:
        self._accounts = accounts
        self._directory = accounts.directory
        self._foreign_names = foreign_names

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Return the customers that were read by DirectoryAccounts."""
        return {name: self._actual(name, entry) for name, entry in self._accounts.customers.items()}

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse bad names, numbers and names that a system uses already, and another system user than before."""
        try:
            _check_customer(wanted)
        except ItemRefused as error:
            return error
        if wanted.state is State.ABSENT:
            return None
        if wanted.fields["number"] is None:
            numbers = self._accounts.numbers
            return ItemRefused(
                f"no system user number is free in {numbers.first} to {numbers.last}",
                remedy="widen hosting_uid_range",
                code="range-exhausted",
            )
        return self._moved(wanted, actual) if actual else self._occupied(wanted)

    def apply(self, change: Change) -> None:
        """Add, change or delete one entry. A customer's logins go with it; mailboxes must be gone before."""
        wanted = change.wanted
        dn = self._directory.below_customers(("o", wanted.customer))
        if wanted.state is State.ABSENT:
            self._remove_logins(wanted.name)
            self._directory.delete(dn)
            return
        plain = [name for name in change.fields if name != "names"]
        attributes = {self._attribute_of[name]: _texts(wanted.fields[name]) for name in plain}
        attributes["hostingStatus"] = [STATUS_OF[wanted.state]]
        had = {} if change.actual is None else change.actual.fields
        labels = set(_texts(wanted.fields["names"])) - set(_texts(had.get("names")))
        begun = self._accounts.begin_names(wanted.name, labels, self._foreign_names)
        texts = [record.text() for record in begun]
        if change.actual is None:
            self._accounts.record()
            classes = ("organization", "hostingCustomer")
            identity = {"o": [wanted.name], "hostingCustomer": [wanted.customer], name_records.ATTRIBUTE: texts}
            self._directory.add(dn, classes, {**identity, **attributes})
        else:
            self._directory.replace(dn, attributes)
            for text in texts:
                self._directory.exchange(dn, name_records.ATTRIBUTE, None, text)
        self._accounts.note_names(wanted.name, begun)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Nothing to do: the servers ask the directory each time."""
        return {}

    def _actual(self, customer: str, entry: DirectoryEntry) -> Actual:
        name = self._directory.name
        fields: dict[str, Value] = {
            "display_name": entry.one(name("description")),
            "domains": entry.all(name("associatedDomain")),
            "unix_user": entry.one(name("hostingUser")),
            "number": entry.number(name("hostingNumber")),
            "names": tuple(sorted(open_labels(self._accounts.names_of(customer)))),
        }
        state = state_of(entry, name("hostingStatus"))
        return Actual(customer, customer, state, fields, owned=self._directory.owns(entry))

    def _moved(self, wanted: Wanted, actual: Actual) -> HostingError | None:
        """Refuse another number than before: it would hand the customer's files to somebody else."""
        for name in ("unix_user", "number"):
            if wanted.fields[name] != actual.fields[name]:
                return ItemRefused(
                    f"its files belong to {actual.fields['unix_user']} ({actual.fields['number']}), "
                    f"wanted is {wanted.fields['unix_user']} ({wanted.fields['number']})",
                    remedy="put `unix` in the register back as it was; a system user can't be exchanged",
                    code="system-user-changed",
                )
        return None

    def _occupied(self, wanted: Wanted) -> HostingError | None:
        user, number = wanted.fields["unix_user"], wanted.fields["number"]
        found = self._accounts.numbers.system_users.get(str(user))
        adopted = user != f"hc-{wanted.name}"
        if found is not None and not (adopted and found == number):
            return ItemRefused(
                f"a system user {user} with number {found} exists already",
                remedy=f"adopt it with `unix: {{user: {user}, uid: {found}}}`, or remove it",
                code="system-name-taken",
            )
        return None

    def _remove_logins(self, customer: str) -> None:
        for login, entry in self._accounts.logins.items():
            if self._directory.owns(entry) and self._directory.customer_of(entry) == customer:
                self._directory.delete(_login_dn(self._directory, customer, login))


class FileLoginService:
    """The logins for FTP and SFTP. Implements the engine's Service."""

    noun = "file_login"
    secret_fields = frozenset({"password"})
    _attribute_of: ClassVar[Mapping[str, str]] = {
        "home": "homeDirectory",
        "number": "uidNumber",
        "group": "gidNumber",
        "password": "userPassword",
    }

    def __init__(self, accounts: DirectoryAccounts, users: Mapping[str, SystemUser]) -> None:
        self._accounts = accounts
        self._users = users
        self._directory = accounts.directory

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Return the logins that were read already; their hashes in one more search, where one is to be set."""
        passwords: dict[str, str | None] = {}
        if any("password" in item.fields for item in wanted):
            name = self._directory.name
            found = self._directory.search(f"(objectClass={name('hostingFileLogin')})", [name("uid"), "userPassword"])
            passwords = {entry.one(name("uid")) or "": entry.one("userPassword") for entry in found}
        return {
            login: self._actual(login, entry, passwords.get(login)) for login, entry in self._accounts.logins.items()
        }

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse bad names, names that a system uses already, and logins of customers without a number."""
        try:
            names.require_customer(wanted.customer)
            names.require_login(wanted.name)
        except ItemRefused as error:
            return error
        if wanted.state is State.ABSENT:
            return None
        if wanted.fields["number"] is None:
            return ItemRefused(
                f"its customer {wanted.customer} has no system user number",
                remedy="see the result for the customer",
                code="no-customer",
            )
        own = self._users[wanted.customer].user
        if actual is None and wanted.name in self._accounts.numbers.system_users and wanted.name != own:
            return ItemRefused(
                "this is the name of a system user",
                remedy="choose another name",
                code="system-name-taken",
            )
        return None

    def apply(self, change: Change) -> None:
        """Add, change or delete one entry."""
        wanted = change.wanted
        dn = _login_dn(self._directory, wanted.customer, wanted.name)
        if wanted.state is State.ABSENT:
            self._directory.delete(dn)
            return
        attributes = {self._attribute_of[name]: _texts(wanted.fields[name]) for name in change.fields}
        attributes["hostingStatus"] = [STATUS_OF[wanted.state]]
        if change.actual is None:
            identity = {"uid": [wanted.name], "cn": [wanted.name], "hostingCustomer": [wanted.customer]}
            self._directory.add(dn, ("account", "posixAccount", "hostingFileLogin"), {**identity, **attributes})
        else:
            self._directory.replace(dn, attributes)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Nothing to do: the file server asks the directory each time."""
        return {}

    def _actual(self, login: str, entry: DirectoryEntry, password: str | None) -> Actual:
        name = self._directory.name
        fields: dict[str, Value] = {
            "home": entry.one(name("homeDirectory")),
            "number": entry.number(name("uidNumber")),
            "group": entry.number(name("gidNumber")),
            "password": password,
        }
        customer = self._directory.customer_of(entry)
        return Actual(
            login, customer, state_of(entry, name("hostingStatus")), fields, owned=self._directory.owns(entry)
        )


def _login_dn(directory: Directory, customer: str, login: str) -> str:
    return directory.below_customers(("o", customer), (directory.name("uid"), login))


def _check_customer(wanted: Wanted) -> None:
    names.require_customer(wanted.name)
    for domain in _strings(wanted.fields.get("domains")):
        names.require_domain(domain)
    user = wanted.fields.get("unix_user")
    if user is not None:
        names.require_unix_user(str(user))


def _strings(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _texts(value: Value) -> list[str]:
    if isinstance(value, tuple):
        return list(value)
    return [] if value is None else [str(value)]
