# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links to bags as the controller has them: the tokens, which nobody else has, and the letters that tell them.

Below the directory of the letters, all 0600::

    downloads/<customer>.json               the links that are valid; written and synced before anything uses them
    downloads/<customer>.<bag>.txt, .html   the letters; the bag without the customer's identifier
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ...module_utils._core import files, names
from ...module_utils._core.errors import HostingError, ItemRefused
from .store import LetterStore

DAYS, MOST_DAYS = 7, 60
_FOLDER = "downloads"
_RECORD = ".json"
_FORMS = (".html", ".txt")
_LIMIT = 1 << 20
_TOKEN_BYTES = 32
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the bag of this seal: it was made on a day (ISO 8601, UTC), and is valid for so many days more."""

    bag: str
    seal: str
    made: str
    days: int
    token: str = field(repr=False)

    @property
    def last_day(self) -> str:
        """Return the last day on which it is valid, in ISO 8601."""
        return str(date.fromisoformat(self.made) + timedelta(days=self.days))

    @property
    def until(self) -> str:
        """Return the last second in which it is valid, in ISO 8601 in UTC."""
        return f"{self.last_day}T23:59:59Z"

    @property
    def digest(self) -> str:
        """Return what hosts know it by: SHA-1, which Apache can make; of 32 random bytes nothing can be told by it."""
        return hashlib.sha1(self.token.encode(), usedforsecurity=False).hexdigest()

    def valid(self, now: datetime) -> bool:
        """Tell whether it is."""
        return datetime.fromisoformat(self.until) > now


class LinkStore:
    """The open directory of links and their letters; there may be none yet."""

    def __init__(self, store: LetterStore | None, folder_fd: int | None) -> None:
        self._store = store
        self._fd = folder_fd
        self._mode = files.Ownership(os.geteuid(), os.getegid(), 0o600)

    def links(self, customer: str) -> list[Link]:
        """Return the links of a customer, of those that have expired as well."""
        if self._fd is None or self._store is None:
            return []
        name = customer + _RECORD
        shown = self._store.shown(f"{_FOLDER}/{name}")
        content = files.read_regular(self._fd, name, shown=shown, limit=_LIMIT)
        try:
            return [] if content is None else [_link(item) for item in json.loads(content)["links"]]
        except (ValueError, KeyError, TypeError):
            # what was read is a secret, and the errors of the parsers quote it
            raise HostingError(
                f"{shown}: is damaged",
                remedy="put it back from where it was changed; if it is lost, remove it: the next run with"
                " -e deliver=download makes new links in place of those that were in it",
                code="links-damaged",
            ) from None

    def write_links(self, customer: str, links: Sequence[Link]) -> None:
        """Write the links of a customer, whole and on the disk; without any there is no file."""
        name = customer + _RECORD
        if links:
            content = {"customer": customer, "links": [asdict(link) for link in links]}
            files.write_beside(self._open, name, json.dumps(content, indent=1).encode() + b"\n", self._mode)
        else:
            self._remove(name)

    def write_letter(self, customer: str, bag: str, suffix: str, content: str, *, write: bool) -> bool:
        """Write a form of a letter, if it is not there already; return whether it was not."""
        name = _letter(customer, bag) + suffix
        data = content.encode()
        if files.read_regular(self._open, name, shown=name, limit=_LIMIT) == data:
            return False
        if write:
            files.write_beside(self._open, name, data, self._mode)
        return True

    def letter_path(self, customer: str, bag: str) -> str:
        """Return where the page of a letter lies."""
        name = f"{_FOLDER}/{_letter(customer, bag)}{_FORMS[0]}"
        return name if self._store is None else self._store.shown(name)

    def remove_letter(self, customer: str, bag: str) -> None:
        """Remove all forms of a letter."""
        for suffix in _FORMS:
            self._remove(_letter(customer, bag) + suffix)

    def letters(self) -> Iterator[tuple[str, str, float]]:
        """Yield customer, bag and time of the last change of each file of each letter."""
        for name in sorted(files.names_in(self._fd)) if self._fd is not None else ():
            customer, _dot, rest = name.partition(".")
            bag, dot, form = rest.rpartition(".")
            found = files.lstat(self._fd, name) if self._fd is not None else None
            if dot + form in _FORMS and names.CUSTOMER.fullmatch(customer) and found is not None:
                yield customer, f"{customer}-{bag}", found.st_mtime

    def customers(self) -> list[str]:
        """Return who has links."""
        found = files.names_in(self._fd) if self._fd is not None else []
        stems = (name.removesuffix(_RECORD) for name in found if name.endswith(_RECORD))
        return sorted(stem for stem in stems if names.CUSTOMER.fullmatch(stem))

    def sweep(self) -> None:
        """Remove what a killed run left half-written."""
        if self._fd is not None:
            files.sweep_temporary(self._fd)

    @property
    def _open(self) -> int:
        if self._fd is None:
            raise files.unsafe(_FOLDER, "not there")
        return self._fd

    def _remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._open)
        os.fsync(self._open)


@contextmanager
def open_links(store: LetterStore | None, *, writing: bool) -> Iterator[LinkStore]:
    """Open the links in an open directory of letters."""
    if store is None:
        yield LinkStore(None, None)
        return
    with store.folder(_FOLDER, make=writing) as folder_fd:
        links = LinkStore(store, folder_fd)
        if writing:
            links.sweep()
        yield links


def make_link(
    links: LinkStore, customer: str, bag: tuple[str, str], days: int | None, *, now: datetime, write: bool
) -> tuple[Link, bool]:
    """Return the link to a bag (name and seal), and whether it is new or other than it was.

    It is the same one until it expires or is withdrawn; other ``days`` count from the day on which it was made.
    """
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise ItemRefused(f"days: {days}", remedy=f"allowed: 1 to {MOST_DAYS}", code="invalid-option")
    known = links.links(customer)
    former = next((link for link in known if (link.bag, link.seal) == bag and link.valid(now)), None)
    wanted = None if former is None else _of_days(former, days)
    if wanted is None or not wanted.valid(now):
        today = now.astimezone(UTC).date().isoformat()
        wanted = Link(*bag, made=today, days=days or DAYS, token=secrets.token_urlsafe(_TOKEN_BYTES))
    changed = wanted != former
    if changed and write:
        others = [link for link in known if link.bag != wanted.bag and link.valid(now)]
        links.write_links(customer, [*others, wanted])
    return wanted, changed


def drop_links(links: LinkStore, customer: str, bag: str | None, *, write: bool) -> list[str]:
    """Forget the link to a bag, or to all of them, with their letters; return the bags."""
    known = links.links(customer)
    dropped = sorted(link.bag for link in known if bag is None or link.bag == bag)
    if dropped and write:
        links.write_links(customer, [link for link in known if link.bag not in dropped])
        for name in dropped:
            links.remove_letter(customer, name)
    return dropped


def prune_links(links: LinkStore, days: int, *, now: datetime, write: bool) -> list[str]:
    """Forget expired links, and letters older than ``days`` whose link has expired; return whose letters those are."""
    damaged: set[str] = set()
    valid: set[tuple[str, str]] = set()
    for customer in links.customers():
        try:
            known = links.links(customer)
        except HostingError:
            # an export of this customer tells; until then nothing of theirs goes
            damaged.add(customer)
            continue
        kept = [link for link in known if link.valid(now)]
        valid.update((customer, link.bag) for link in kept)
        if write and len(kept) < len(known):
            links.write_links(customer, kept)
    old = {
        (customer, bag)
        for customer, bag, changed in links.letters()
        if customer not in damaged and (customer, bag) not in valid and now.timestamp() - changed > days * _DAY
    }
    for customer, bag in sorted(old) if write else ():
        links.remove_letter(customer, bag)
    return sorted({customer for customer, _bag in old})


def _of_days(link: Link, days: int | None) -> Link:
    return link if days is None else Link(link.bag, link.seal, link.made, days, link.token)


def _link(item: Mapping[str, Any]) -> Link:
    """Return a link as it was written. Raises ValueError, KeyError or TypeError."""
    link = Link(item["bag"], item["seal"], item["made"], item["days"], item["token"])
    if not all(isinstance(text, str) for text in (link.bag, link.seal, link.token)):
        raise TypeError
    datetime.fromisoformat(link.until)
    return link


def _letter(customer: str, bag: str) -> str:
    """Return the name of a letter without its suffix. A bag begins with its customer's identifier."""
    return f"{customer}.{bag.removeprefix(f'{customer}-')}"
