# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directories of a site: how they have to be, how they are, and how they come to be so."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from ..._clients.users import SystemAccounts
from ..._core import files
from ..._core.errors import HostingError, ItemRefused, UnsafePath
from ..._core.files import Ownership
from ..._data_model.items import State
from .model import OWN_LOG, PHP, SiteItem, SiteOwner, SiteSettings
from .users import private_group

HTDOCS, PRIVATE, TMP, SESSIONS = "htdocs", "private", "tmp", "sessions"
LOG_FILES = ("access.log", "error.log")
_CUSTOMER, _SITE, _LOG = "customer's directory", "site's directory", "log"
_LOG_GROUP = "adm"
_OWN_MODE = 0o700


class OwnedPath(NamedTuple):
    """A directory as it has to be; owner and group by name."""

    label: str
    path: str
    owner: str
    group: str
    mode: int

    def __str__(self) -> str:
        return _text(self.label, self.owner, self.group, self.mode)


class Seen(NamedTuple):
    """What was found of a site's directories: ``values`` for comparison, ``problem`` where one can't be used."""

    values: tuple[str, ...]
    problem: HostingError | None


def places(site: SiteItem, settings: SiteSettings, accounts: SystemAccounts) -> tuple[OwnedPath, ...]:
    """Return the directories that a site has to have, the outer ones first."""
    found: list[OwnedPath] = []
    if site.owner is not None and site.state is State.PRESENT:
        found += _tree(site, site.owner, settings, accounts)
    if site.log == OWN_LOG:
        found.append(OwnedPath(_LOG, f"{settings.log_root}/{site.name}", "root", _LOG_GROUP, 0o750))
    return tuple(found)


def look(wanted: tuple[OwnedPath, ...], accounts: SystemAccounts) -> Seen:
    """Return how the directories are."""
    values: list[str] = []
    for place in wanted:
        try:
            found = os.lstat(place.path)
        except OSError:
            continue
        if not stat.S_ISDIR(found.st_mode):
            return Seen(tuple(values), files.unsafe(place.path, "a symbolic link or not a directory"))
        user, group = accounts.users_by_uid.get(found.st_uid), accounts.groups_by_gid.get(found.st_gid)
        owner, shared = user.name if user else str(found.st_uid), group.name if group else str(found.st_gid)
        values.append(_text(place.label, owner, shared, stat.S_IMODE(found.st_mode)))
        if place.label == _LOG and (problem := unusable_log(place.path)) is not None:
            return Seen(tuple(values), problem)
    return Seen(tuple(values), None)


def make(site: SiteItem, wanted: tuple[OwnedPath, ...], settings: SiteSettings, accounts: SystemAccounts) -> None:
    """Make or correct the directories of a site. Raises UnsafePath where something else is in their place."""
    if site.owner is not None and site.state is State.PRESENT:
        _make_tree(site, {place.label: place for place in wanted}, settings, accounts)
    for place in wanted:
        if place.label == _LOG:
            with files.directory(settings.log_root) as parent:
                files.ensure_directory(parent, site.name, _numbers(place, accounts), shown=place.path)
            problem = unusable_log(place.path)
            if problem is not None:
                raise problem


def exists(path: str) -> bool:
    """Tell whether there is anything at ``path``."""
    return os.path.lexists(path)


def remove(site: SiteItem, settings: SiteSettings) -> None:
    """Remove the files, logs and certificate of a site, and its customer's directory if nothing is left in it."""
    for parent in (settings.log_root, settings.certificates_root):
        with suppress(FileNotFoundError), files.directory(parent) as directory:
            files.remove_tree(directory, site.name, shown=f"{parent}/{site.name}")
    # last, since it tells whose the rest is: a run that was killed is taken up again
    with suppress(FileNotFoundError), files.directory(settings.web_root) as root:
        customer = files.open_child_directory(root, site.customer, shown=f"{settings.web_root}/{site.customer}")
        try:
            files.remove_tree(customer, site.name, shown=f"{settings.web_root}/{site.customer}/{site.name}")
        finally:
            os.close(customer)
        with suppress(OSError):
            os.rmdir(site.customer, dir_fd=root)


def private_ownership(owner: SiteOwner, accounts: SystemAccounts, *, directory: bool) -> Ownership:
    """Return who owns the private directory of a site and the files in it: readable by the site's user alone."""
    user = accounts.users.get(owner.user)
    gid = private_group(user, accounts) if user is not None else owner.uid
    if gid:
        return Ownership(0, gid, 0o750 if directory else 0o640)
    return Ownership(owner.uid, 0, 0o500 if directory else 0o400)


def _tree(site: SiteItem, owner: SiteOwner, settings: SiteSettings, accounts: SystemAccounts) -> Iterator[OwnedPath]:
    base = f"{settings.web_root}/{site.customer}"
    top = f"{base}/{site.name}"
    user = accounts.users.get(owner.user)
    group = accounts.groups_by_gid.get(user.gid) if user else None
    primary = group.name if group else owner.user
    private = private_ownership(owner, accounts, directory=True)
    yield OwnedPath(_CUSTOMER, base, "root", site.web_group, 0o750)
    yield OwnedPath(_SITE, top, "root", site.web_group, 0o750)
    yield OwnedPath(HTDOCS, f"{top}/{HTDOCS}", owner.user, site.web_group, 0o2750)
    keeper = ("root", primary) if private.uid == 0 else (owner.user, "root")
    yield OwnedPath(PRIVATE, f"{top}/{PRIVATE}", *keeper, private.mode)
    if site.kind == PHP:
        for name in (TMP, SESSIONS):
            yield OwnedPath(name, f"{top}/{name}", owner.user, primary, _OWN_MODE)


def _make_tree(site: SiteItem, wanted: dict[str, OwnedPath], settings: SiteSettings, accounts: SystemAccounts) -> None:
    with files.directory(settings.web_root) as root:
        customer = _make_and_open(root, site.customer, wanted[_CUSTOMER], accounts)
    try:
        top = _make_and_open(customer, site.name, wanted[_SITE], accounts)
    finally:
        os.close(customer)
    try:
        for name in (HTDOCS, PRIVATE, TMP, SESSIONS):
            if name in wanted:
                place = wanted[name]
                files.ensure_directory(top, name, _numbers(place, accounts), shown=place.path)
    finally:
        os.close(top)


def _make_and_open(parent: int, name: str, place: OwnedPath, accounts: SystemAccounts) -> int:
    files.ensure_directory(parent, name, _numbers(place, accounts), shown=place.path)
    return files.open_child_directory(parent, name, shown=place.path)


def _numbers(place: OwnedPath, accounts: SystemAccounts) -> Ownership:
    user, group = accounts.users.get(place.owner), accounts.groups.get(place.group)
    if user is None or group is None:
        raise ItemRefused(
            f"{place.path}: there is no {'user ' + place.owner if user is None else 'group ' + place.group}",
            remedy="see why it could not be made, then run again",
            code="system-user-missing",
        )
    return Ownership(user.uid, group.gid, place.mode)


def unusable_log(directory: str) -> HostingError | None:
    """Return the error for something in a log's place that Apache would die of, or write through."""
    for name in LOG_FILES:
        path = f"{directory}/{name}"
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            continue
        if not stat.S_ISREG(mode):
            return UnsafePath(
                f"{path}: is not a regular file, so Apache would not start; the site is out of service",
                remedy="put it aside, then run again",
                code="unusable-log",
            )
    return None


def _text(label: str, owner: str, group: str, mode: int) -> str:
    return f"{label} {owner}:{group} {mode:04o}"
