# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web sites: system users, directories, credentials, certificates, virtual hosts and pools of PHP."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._clients.apache import served_names
from ..._clients.users import SystemAccounts, make_accounts, read_accounts, remove_accounts
from ..._core.errors import HostingError, Incomplete, ItemRefused
from ..._daemon_config.acme import load_state
from ..._daemon_config.certificates import ACME, Certificates
from ..._daemon_config.model import Generation, GenerationItem
from ..._daemon_config.switch import Generations
from ..._data_model.incarnations import FIELD
from ..._data_model.items import State
from ..._engine.model import Actual, Change, Value, Wanted
from .files import exists, look, make, places, remove, unusable_log
from .model import OWN_LOG, SiteItem, SiteSettings, find_invalid, find_shared_names, find_shared_users
from .render import Renderer
from .secrets import Secrets
from .users import judge, lines, wanted_user

_KEPT = "kept"


@dataclass(frozen=True, slots=True)
class SiteParts:
    """What a site is made with."""

    settings: SiteSettings
    generations: Generations
    renderer: Renderer
    certificates: Certificates
    secrets: Secrets


class SiteService:
    """The sites of all customers on this host. Implements the engine's Service."""

    noun = "site"
    secret_fields = frozenset({"credentials"})

    def __init__(self, sites: Sequence[SiteItem], parts: SiteParts) -> None:
        self._sites = {site.name: site for site in sites}
        self._parts = parts
        self._settings = parts.settings
        self._accounts = read_accounts()
        self._base = Generation(0)
        self._fingerprint = parts.renderer.fingerprint()
        self._places = {site.name: places(site, parts.settings, self._accounts) for site in sites}
        self._directories = {name: tuple(str(place) for place in wanted) for name, wanted in self._places.items()}
        self._problems = find_shared_users(sites)
        self._problems |= {site.name: problem for site in sites if (problem := find_invalid(site)) is not None}
        # those in service that this run is not about, as they are closed with their customer
        self._orphans: dict[str, SiteItem] = {}
        self._items: dict[str, GenerationItem | None] = {}
        self._said_of_users: str | None = None
        self._incarnations: dict[str, str] = {}

    def wanted(self) -> list[Wanted]:
        """Return the wanted state of all sites."""
        return [
            Wanted(site.name, site.customer, site.state, self._wanted_fields(site), managed=site.managed)
            for site in self._sites.values()
        ]

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Read the state of all sites: one manifest, the files it names, and where directories and certificates lie."""
        generations = self._parts.generations
        self._base = generations.base()
        generations.require_answers(self._base)
        self._incarnations = {name: notes[FIELD] for name, notes in self._base.notes.items() if FIELD in notes}
        self._incarnations |= {item.name: str(item.fields[FIELD]) for item in wanted if FIELD in item.fields}
        altered = generations.altered(self._base)
        foreign = set(served_names())
        self._problems = {**find_shared_names(self._sites.values(), self._other_names()), **self._problems}
        found: dict[str, Actual] = {}
        for name, site in self._sites.items():
            actual = self._read_one(site, altered.get(name, ()), foreign)
            if actual is not None:
                found[name] = actual
        harmful = self._harmful()
        for name, notes in self._base.notes.items():
            if name not in self._sites:
                self._orphans[name] = _suspended(name, notes)
                found[name] = Actual(name, notes["customer"], State(notes["state"]), lost=harmful.get(name))
        return found

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Return why a site can't be brought to its wanted state."""
        site = self._site(wanted.name)
        if site.name in self._problems or site.state is not State.PRESENT:
            return self._problems.get(site.name)
        if site.owner is None:
            return ItemRefused(
                f"customer {site.customer} has no system user number yet",
                remedy="see why customer_account has not recorded one, then run again",
                code="no-system-user",
            )
        return None

    def apply(self, change: Change) -> None:
        """Carry out one change, up to the files of the next generation."""
        site = self._site(change.name)
        if site.state is State.ABSENT:
            self._items[site.name] = (
                None if self._settings.purge else GenerationItem({}, self._mark(site, State.ABSENT))
            )
        elif site.state is State.SUSPENDED:
            self._items[site.name] = self._suspend(site)
        else:
            self._items[site.name] = self._present(site)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Put the next generation into effect; what is to be purged goes after nothing uses it any more."""
        self._parts.secrets.settle()
        items = {change.name: self._items[change.name] for change in changes}
        items |= dict.fromkeys(self._harmful())
        failed = dict(self._parts.generations.activate(self._base, items))
        for change in changes:
            if change.name not in failed and items[change.name] is None:
                problem = self._purge(self._sites[change.name])
                if problem is not None:
                    failed[change.name] = problem
        return failed

    def _site(self, name: str) -> SiteItem:
        return self._sites.get(name) or self._orphans[name]

    def uncertified(self) -> list[dict[str, str]]:
        """Return the names that the authority refuses to certify, and why; without a name what concerns all sites."""
        if self._settings.source != ACME:
            return []
        served = [site for site in self._sites.values() if site.managed and site.state is not State.ABSENT]
        told = load_state().told({site.name: site.names for site in served}, time.time())
        return [
            {"site": site, "name": name, "customer": self._sites[site].customer if site else "", "reason": reason}
            for site, name, reason in told
        ]

    def _harmful(self) -> dict[str, HostingError]:
        """Return the sites in service with which Apache would not start again, so that all others would be down."""
        problems = {
            name: unusable_log(f"{self._settings.log_root}/{name}")
            for name, notes in self._base.notes.items()
            if notes.get("log") == OWN_LOG
        }
        return {name: problem for name, problem in problems.items() if problem is not None}

    def _wanted_fields(self, site: SiteItem) -> dict[str, Value]:
        if site.state is State.ABSENT:
            gone = ("files", "logs", "certificate", "mark", "user")
            return dict.fromkeys(gone) if self._settings.purge else {}
        parts = self._parts
        fields: dict[str, Value] = {
            "aliases": site.aliases,
            "log": site.log,
            "directories": self._directories[site.name],
            "certificate": parts.certificates.wanted(site.names),
            "configuration": self._fingerprint,
            "language": site.language,
        }
        if site.state is State.SUSPENDED:
            return fields
        fields |= {"kind": site.kind, "databases": parts.secrets.wanted(site)}
        fields["user"] = wanted_user(site, site.owner) if site.owner else "not known"
        if (digest := parts.secrets.wanted_digest(site)) is not None:
            fields["credentials"] = digest
        return fields

    def _read_one(self, site: SiteItem, altered: Iterable[str], foreign: set[str]) -> Actual | None:
        notes = self._base.notes.get(site.name)
        if not site.managed:
            there = notes is not None or site.name in foreign or (site.root is not None and exists(site.root))
            return Actual(site.name, None, State.PRESENT, owned=False) if there else None
        if notes is None and foreign & set(site.names):
            return Actual(site.name, None, State.PRESENT, owned=False)
        if site.state is State.ABSENT:
            return self._read_remains(site, notes)
        if notes is None:
            self._read_fields(site, {}, altered)
            return None
        fields = self._read_fields(site, notes, altered)
        return Actual(site.name, notes["customer"], State(notes["state"]), fields)

    def _other_names(self) -> dict[str, str]:
        """Return the names that sites have which this run is not about."""
        return {
            name: domain
            for domain, notes in self._base.notes.items()
            if domain not in self._sites and notes["state"] != State.ABSENT
            for name in (domain, *notes["aliases"])
        }

    def _read_fields(self, site: SiteItem, notes: Mapping[str, Any], altered: Iterable[str]) -> dict[str, Value]:
        """Return the fields of a site; what can't be used becomes the reason to refuse it."""
        changed = ", ".join(sorted(altered))
        fields: dict[str, Value] = {
            "kind": notes.get("kind"),
            "aliases": tuple(notes.get("aliases", ())),
            "log": notes.get("log"),
            "language": notes.get("language"),
            "certificate": self._parts.certificates.told(site.names, notes.get("certificate", {})),
            "configuration": f"altered: {changed}" if changed else notes.get("configuration"),
            FIELD: notes.get(FIELD),
        }
        if site.name in self._problems:
            return {**fields, "directories": None}
        seen = look(self._places[site.name], self._accounts)
        fields["directories"] = seen.values
        problem = seen.problem
        if site.owner is not None and site.state is State.PRESENT:
            standing = judge(site, site.owner, self._accounts, self._settings.web_user)
            fields["user"] = standing.value
            problem = standing.problem or problem
        if problem is None:
            intact = seen.values == self._directories[site.name]
            problem = self._read_credentials(site, fields, seen_intact=intact)
        if problem is not None:
            self._problems[site.name] = problem
            # whatever else differs, it has to be told
            fields["directories"] = None
        return fields

    def _read_credentials(self, site: SiteItem, fields: dict[str, Value], *, seen_intact: bool) -> HostingError | None:
        if site.state is not State.PRESENT:
            return None
        secrets = self._parts.secrets
        found = secrets.read(site, self._accounts, seen_intact=seen_intact)
        fields["databases"] = secrets.told(found)
        fields["credentials"] = secrets.found_digest(site, found)
        return secrets.missing(site, found.credentials)

    def _read_remains(self, site: SiteItem, notes: Mapping[str, Any] | None) -> Actual | None:
        if site.name in self._problems:
            return None
        settings = self._settings
        remains: dict[str, Value] = {
            "files": exists(f"{settings.web_root}/{site.customer}/{site.name}"),
            "logs": exists(f"{settings.log_root}/{site.name}"),
            "certificate": exists(f"{settings.certificates_root}/{site.name}"),
            "mark": notes is not None,
        }
        fields: dict[str, Value] = {name: _KEPT if there else None for name, there in remains.items()}
        fields["user"] = self._removable_user(site)
        if notes is None:
            # what lies in the logs of a domain may be another customer's: only a tree or a user tells whose it was
            in_use = exists(f"{settings.web_root}/{site.customer}")
            there = fields["files"] or (fields["user"] and not in_use)
            return Actual(site.name, site.customer, State.ABSENT, fields) if there else None
        return Actual(site.name, notes["customer"], State(notes["state"]), fields)

    def _removable_user(self, site: SiteItem) -> str | None:
        """Return the customer's system user if it is ours and no site needs it any more."""
        others = [
            name
            for name, notes in self._base.notes.items()
            if notes["customer"] == site.customer and not self._is_going(name)
        ]
        others += [
            other.name
            for other in self._sites.values()
            if other.customer == site.customer and other.state is not State.ABSENT
        ]
        return site.own_user if site.own_user in self._accounts.users and not others else None

    def _is_going(self, name: str) -> bool:
        return name in self._sites and self._sites[name].state is State.ABSENT

    def _present(self, site: SiteItem) -> GenerationItem:
        parts = self._parts
        accounts = self._require_accounts(site)
        files = parts.renderer.present(site, parts.certificates.paths(site.names), accounts)
        make(site, places(site, self._settings, accounts), self._settings, accounts)
        if site.owner is not None:
            parts.secrets.write(site, site.owner, accounts)
        return self._item(site, files, {"kind": site.kind})

    def _suspend(self, site: SiteItem) -> GenerationItem:
        parts = self._parts
        files = parts.renderer.suspended(site, parts.certificates.paths(site.names), self._accounts)
        make(site, places(site, self._settings, self._accounts), self._settings, self._accounts)
        kind = self._base.notes.get(site.name, {}).get("kind", site.kind)
        return self._item(site, files, {"kind": kind})

    def _item(self, site: SiteItem, files: Mapping[str, bytes], more: Mapping[str, Any]) -> GenerationItem:
        before = self._base.notes.get(site.name, {}).get("certificate", {})
        certificate = self._parts.certificates.provide(site.names, before)
        notes = {
            **self._mark(site, site.state),
            "aliases": list(site.aliases),
            "log": site.log,
            "language": site.language,
            "configuration": self._fingerprint,
            "certificate": certificate,
            **more,
        }
        return GenerationItem(
            files, notes, frozenset({"apache"} if certificate.get("stamp") != before.get("stamp") else ())
        )

    def _mark(self, site: SiteItem, state: State) -> dict[str, Any]:
        known = {FIELD: self._incarnations[site.name]} if site.name in self._incarnations else {}
        return {"customer": site.customer, "state": state.value, **known}

    def _require_accounts(self, site: SiteItem) -> SystemAccounts:
        """Return the accounts with those of the customer among them; all that are missing are made the first time."""
        if self._said_of_users is None:
            self._said_of_users = self._make_accounts()
        if site.owner is None or judge(site, site.owner, self._accounts, self._settings.web_user).value != wanted_user(
            site, site.owner
        ):
            raise ItemRefused(
                f"its system user or group could not be made: {self._said_of_users or 'no reason was given'}",
                remedy="see to the cause, then run again",
                code="system-user-failed",
            )
        return self._accounts

    def _make_accounts(self) -> str:
        wanted: dict[str, None] = {}
        for site in self._sites.values():
            if not site.managed or site.state is not State.PRESENT or site.owner is None or site.name in self._problems:
                continue
            standing = judge(site, site.owner, self._accounts, self._settings.web_user)
            if standing.problem is None and standing.value != wanted_user(site, site.owner):
                home = f"{self._settings.web_root}/{site.customer}"
                wanted |= dict.fromkeys(lines(site, site.owner, home, self._settings.web_user))
        if not wanted:
            return ""
        said = make_accounts(list(wanted))
        self._accounts = read_accounts()
        return said

    def _purge(self, site: SiteItem) -> HostingError | None:
        user = self._removable_user(site)
        try:
            remove(site, self._settings)
            if user is not None and not exists(f"{self._settings.web_root}/{site.customer}"):
                remove_accounts([user], [site.web_group])
        except HostingError as error:
            return error
        except OSError as error:
            return Incomplete(
                f"out of service, but not all of it could be removed: {error.strerror}: {error.filename!r}",
                remedy="see to the cause, then run again",
            )
        return None


def _suspended(name: str, notes: Mapping[str, Any]) -> SiteItem:
    """Return the site that has these notes, but suspended."""
    return SiteItem(
        name=name,
        customer=notes["customer"],
        state=State.SUSPENDED,
        kind=notes.get("kind", "static"),
        aliases=tuple(notes.get("aliases", ())),
        log=notes.get("log", "shared"),
        language=notes.get("language", "en"),
    )
