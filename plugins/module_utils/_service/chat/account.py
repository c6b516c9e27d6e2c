# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat accounts: the domains that Prosody serves, and what it holds of the addresses in them.

The login itself stands in the directory. Each domain with an account is one item of a generation, and the accounts that
are ours stand in its notes.
"""

from __future__ import annotations

import grp
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._clients.prosody import Held, Prosody, ServedAccounts
from ..._core import names
from ..._core.errors import HostingError, Incomplete, ItemRefused, ServiceUnavailable
from ..._daemon_config.certificates import LOCAL, CertificateDirectory, Certificates, Notes
from ..._daemon_config.model import Generation, GenerationItem
from ..._daemon_config.switch import Generations
from ..._data_model.incarnations import FIELD
from ..._data_model.items import State
from ..._engine.model import Actual, Change, Value, Wanted

if TYPE_CHECKING:
    from ..._clients.certificates import Authority

CERTIFICATE_FILE = "chat.pem"
# A file name has at most 255 bytes.
_FILE_NAME_LIMIT = 250
_DIGEST_SHOWN = 16
_KEPT = "kept"
_GONE: Mapping[str, Value] = {"data": None, "uploads": None, "mark": None}

# What a generation notes of an account: customer, state, and the incarnation of the address where it is known.
Mark = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What chat accounts are made with."""

    prosody: Prosody
    generations: Generations
    certificates: Certificates


class ChatAccountService:
    """The chat accounts of all customers on this host. Implements the engine's Service."""

    noun = "chat_account"
    secret_fields: frozenset[str] = frozenset()

    def __init__(self, items: Sequence[Mapping[str, Any]], parts: ChatParts) -> None:
        self._items = items
        self._parts = parts
        self._base = Generation(0)
        self._marks: dict[str, Mark] = {}
        self._provided: dict[str, Notes | HostingError] = {}

    def wanted(self) -> list[Wanted]:
        """Return the wanted state of all accounts."""
        return [
            Wanted(item["name"], item["customer"], State(item["state"]), self._wanted_fields(item), item["managed"])
            for item in self._items
        ]

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Read the state of all accounts: one manifest, and one question to Prosody of what that can't tell."""
        parts = self._parts
        self._base = parts.generations.base()
        parts.generations.require_answers(self._base)
        self._marks = {
            address: mark for notes in self._base.notes.values() for address, mark in notes["accounts"].items()
        }
        found = parts.prosody.look([item.name for item in wanted if self._is_asked(item)])
        told = self._tell_domains()
        actual: dict[str, Actual] = {}
        for item in wanted:
            account = self._read_one(item, found, told)
            if account is not None:
                actual[item.name] = account
        for address, mark in self._marks.items():
            if address not in actual:
                actual[address] = Actual(address, mark["customer"], State(mark["state"]))
        return actual

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Return why an account can't be brought to its wanted state: its names reach paths and configurations."""
        return _invalid(wanted)

    def apply(self, change: Change) -> None:
        """See to the certificate of the account's domain; all else is done for all accounts at once."""
        if change.wanted.state is not State.ABSENT:
            self._provide(_domain(change.name))

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Remove data, end sessions, put the next generation into effect."""
        prosody = self._parts.prosody
        absent, suspended = (
            [change.name for change in changes if change.wanted.state is state]
            for state in (State.ABSENT, State.SUSPENDED)
        )
        failed = dict(prosody.erase(absent)) if absent else {}
        if suspended:
            prosody.end_sessions(suspended)
        done = [change for change in changes if change.name not in failed]
        items = self._next_items(done)
        refused = self._parts.generations.activate(self._base, items)
        failed |= {change.name: refused[_domain(change.name)] for change in done if _domain(change.name) in refused}
        failed |= self._remove_certificates([domain for domain, item in items.items() if item is None], done)
        return failed

    def _wanted_fields(self, item: Mapping[str, Any]) -> Mapping[str, Value]:
        state = State(item["state"])
        if state is State.ABSENT:
            return _GONE
        domain = _domain(item["name"])
        fields: dict[str, Value] = {
            "certificate": self._parts.certificates.wanted((domain,)),
            "configuration": _digest(self._render(domain)),
        }
        return {**fields, "sessions": 0} if state is State.SUSPENDED else fields

    def _is_asked(self, item: Wanted) -> bool:
        """Tell whether Prosody has to be asked of an account: of those that are ours and wanted it need not."""
        known = item.name in self._marks and item.state is State.PRESENT
        return not known and _invalid(item) is None

    def _tell_domains(self) -> dict[str, dict[str, Value]]:
        """Return what there is of each domain that has a mark."""
        base = self._base
        altered = self._parts.generations.altered(base)
        return {
            domain: {
                "certificate": self._parts.certificates.told((domain,), notes["certificate"]),
                "configuration": (
                    f"altered: {', '.join(altered[domain])}"
                    if domain in altered
                    else base.files[domain][_file(domain)][:_DIGEST_SHOWN]
                ),
            }
            for domain, notes in base.notes.items()
        }

    def _read_one(self, item: Wanted, found: ServedAccounts, told: Mapping[str, dict[str, Value]]) -> Actual | None:
        mark, domain = self._marks.get(item.name), _domain(item.name)
        held = found.accounts.get(item.name, Held())
        foreign = domain in found.hosts and domain not in self._base.notes
        if mark is None:
            there = foreign or held.stores or held.uploads
            return Actual(item.name, None, State.PRESENT, owned=False) if there else None
        if item.state is State.ABSENT:
            fields: Mapping[str, Value] = {"data": held.stores or None, "uploads": held.uploads or None, "mark": _KEPT}
        else:
            fields = {**told[domain], "sessions": held.sessions, FIELD: mark.get(FIELD)}
        return Actual(item.name, mark["customer"], State(mark["state"]), fields)

    def _provide(self, domain: str) -> Notes:
        """Return what is to be noted of a domain's certificate, which is made once for all accounts of the domain."""
        if domain not in self._provided:
            before = self._base.notes.get(domain, {}).get("certificate", {})
            try:
                self._provided[domain] = self._parts.certificates.provide((domain,), before)
            except HostingError as error:
                self._provided[domain] = error
        provided = self._provided[domain]
        if isinstance(provided, HostingError):
            raise provided
        return provided

    def _next_items(self, changes: Sequence[Change]) -> dict[str, GenerationItem | None]:
        """Return the domains that differ in the next generation; None for those that have no account any more."""
        marks: dict[str, dict[str, Mark]] = {}
        for change in changes:
            domain = _domain(change.name)
            accounts = marks.setdefault(domain, dict(self._base.notes.get(domain, {}).get("accounts", {})))
            if change.wanted.state is State.ABSENT:
                accounts.pop(change.name, None)
            else:
                mark = {"customer": change.wanted.customer, "state": change.wanted.state.value}
                incarnation = change.wanted.fields.get(FIELD) or accounts.get(change.name, {}).get(FIELD)
                accounts[change.name] = {**mark, **({FIELD: str(incarnation)} if incarnation else {})}
        return {domain: self._item(domain, accounts) if accounts else None for domain, accounts in marks.items()}

    def _item(self, domain: str, accounts: Mapping[str, Mark]) -> GenerationItem:
        before = self._base.notes.get(domain, {}).get("certificate", {})
        # where nothing but removals is to be done in a domain, its certificate is left as it is
        provided = self._provided.get(domain, before)
        certificate = before if isinstance(provided, HostingError) else provided
        renewed = certificate.get("stamp") != before.get("stamp")
        notes = {"accounts": accounts, "certificate": certificate}
        return GenerationItem({_file(domain): self._render(domain)}, notes, frozenset({"prosody"} if renewed else ()))

    def _render(self, domain: str) -> bytes:
        """Return the configuration of a domain. It is Lua; a domain has no character that means anything there."""
        certificate = self._parts.certificates.paths((domain,))
        lines = [
            f"-- magmasoft.hosting: chat in {domain}; changes made here are lost.",
            f'VirtualHost "{domain}"',
            "\thosting_managed = true",
        ]
        if certificate["source"] == LOCAL:
            lines.append(f'\tcertificate = "{certificate["file"]}"')
        return ("\n".join(lines) + "\n").encode()

    def _remove_certificates(self, domains: Sequence[str], changes: Sequence[Change]) -> dict[str, HostingError]:
        failed: dict[str, HostingError] = {}
        for domain in domains:
            try:
                self._parts.certificates.remove((domain,))
            except (HostingError, OSError) as error:
                problem = Incomplete(
                    f"its data are gone, the certificate of {domain} could not be removed: {error}",
                    remedy="remove it by hand",
                )
                failed |= {change.name: problem for change in changes if _domain(change.name) == domain}
        return failed


def _invalid(item: Wanted) -> HostingError | None:
    try:
        names.require_address(item.name)
        names.require_customer(item.customer)
    except ItemRefused as error:
        return error
    return None


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _file(domain: str) -> str:
    return f"prosody/{names.shortened(domain, _FILE_NAME_LIMIT)}.conf"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_SHOWN]


def make_service(
    params: Mapping[str, Any], items: Sequence[Mapping[str, Any]], *, check_mode: bool
) -> ChatAccountService:
    """Return the service. What a killed run has left is undone first, unless nothing may be changed."""
    certificates = params["certificates"]
    group = _group(params["group"])
    prosody = Prosody(params["socket"])
    generations = Generations(params["state_directory"], [prosody], readers=group)
    if not check_mode:
        generations.recover()
    place = CertificateDirectory(params["certificates_directory"], CERTIFICATE_FILE, group)
    authority = partial(_authority, certificates["ca_certificate"], certificates["ca_key"])
    kept = Certificates(certificates["source"], certificates["ca_certificate"], place, authority)
    return ChatAccountService(items, ChatParts(prosody, generations, kept))


def _authority(certificate: str, key: str) -> Authority:
    # Imported where it is used: a run that has nothing to do does without.
    from ..._clients.certificates import Authority

    return Authority(certificate, key)


def _group(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise ServiceUnavailable(
            f"Prosody: there is no group {name} on this host", remedy="run the playbook servers"
        ) from None
