# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system user of a site's customer: who has which name and number, and what has to be made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..._clients.users import SystemAccounts, User
from ..._core.errors import HostingError, ItemRefused
from .model import SiteItem, SiteOwner

# Below are the system's own users; a site must never run as one of them.
_FIRST_NUMBER = 1000
_NOBODY = frozenset({65534, 65535})


class Standing(NamedTuple):
    """What is there of a customer's accounts: ``value`` for comparison, ``problem`` where they can't be used."""

    value: str | None
    problem: HostingError | None = None


def wanted_user(site: SiteItem, owner: SiteOwner) -> str:
    """Return the accounts of a site's customer as the field ``user`` has them."""
    return f"{owner.user} {owner.uid}, {site.web_group} {owner.web_gid}"


def judge(site: SiteItem, owner: SiteOwner, accounts: SystemAccounts, web_user: str) -> Standing:
    """Compare the accounts of the system with those of the site's customer."""
    problem = next(_conflicts(site, owner, accounts), None)
    if problem is not None:
        return Standing(None, problem)
    user, group = accounts.users.get(owner.user), accounts.groups.get(site.web_group)
    if user is None:
        return Standing(None)
    members = group.members if group else frozenset()
    missing = [name for name in (owner.user, web_user) if name not in members]
    if group is None or missing:
        return Standing(f"{owner.user} {owner.uid}, without {site.web_group}")
    return Standing(wanted_user(site, owner))


def lines(site: SiteItem, owner: SiteOwner, home: str, web_user: str) -> list[str]:
    """Return what systemd-sysusers has to make for a site's customer."""
    own = [f'u {owner.user} {owner.uid} "Customer {site.customer}" {home} /usr/sbin/nologin']
    shared = [f"g {site.web_group} {owner.web_gid}"]
    shared += [f"m {name} {site.web_group}" for name in (owner.user, web_user)]
    return (own if owner.user == site.own_user else []) + shared


def private_group(user: User, accounts: SystemAccounts) -> int:
    """Return the group that a user alone is in, 0 if there is none."""
    return 0 if accounts.shares_group(user) else user.gid


def _conflicts(site: SiteItem, owner: SiteOwner, accounts: SystemAccounts) -> Iterator[HostingError]:
    if min(owner.uid, owner.web_gid) < _FIRST_NUMBER or _NOBODY & {owner.uid, owner.web_gid}:
        yield ItemRefused(
            f"{owner.user}: numbers {owner.uid} and {owner.web_gid} are not for customers",
            remedy=f"use numbers from {_FIRST_NUMBER} on, and not that of nobody",
            code="system-user-taken",
        )
    user = accounts.users.get(owner.user)
    if user is not None and user.uid != owner.uid:
        yield _taken(f"system user {owner.user} has number {user.uid} here, customer {site.customer} has {owner.uid}")
    holder = accounts.users_by_uid.get(owner.uid)
    if holder is not None and holder.name != owner.user:
        yield _taken(f"number {owner.uid} of {owner.user} is that of system user {holder.name} here")
    if owner.user == site.own_user:
        yield from _group_conflicts(owner.user, owner.uid, accounts)
        if user is not None and user.gid != owner.uid:
            yield _taken(f"system user {owner.user} has primary group {user.gid} here instead of {owner.uid}")
    elif user is None:
        yield ItemRefused(
            f"system user {owner.user}, which customer {site.customer} has adopted, does not exist here",
            remedy="make it by hand, or correct `unix` in the register",
            code="system-user-missing",
        )
    yield from _group_conflicts(site.web_group, owner.web_gid, accounts)


def _group_conflicts(name: str, gid: int, accounts: SystemAccounts) -> Iterator[HostingError]:
    group, holder = accounts.groups.get(name), accounts.groups_by_gid.get(gid)
    if group is not None and group.gid != gid:
        yield _taken(f"group {name} has number {group.gid} here instead of {gid}")
    if holder is not None and holder.name != name:
        yield _taken(f"number {gid} of group {name} is that of group {holder.name} here")


def _taken(message: str) -> HostingError:
    return ItemRefused(
        message,
        remedy="rename or renumber the one that is not the customer's, then run again",
        code="system-user-taken",
    )
