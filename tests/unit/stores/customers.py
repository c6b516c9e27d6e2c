# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two customers whose names are alike, and a place into which stores deliver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import ItemExportRecord, Part
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import CloudAccess, Mailbox
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.measurement import Measurement
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import Store
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink

OFFICE, INFO, OTHER = "office@club.example", "info@club.example", "office@myclub.example"


def mailbox(name: str, *aliases: str, **more: Any) -> Mailbox:
    """Return an address with everything."""
    return Mailbox(
        **{"name": name, "customer": "club", "aliases": aliases, "cloud": CloudAccess(), "chat": True, **more}
    )


def selection(customer: str, *mailboxes: Mailbox, logins: Sequence[str] = (), more: Sequence[str] = ()) -> Selection:
    """Return a customer. ``more`` are addresses of theirs that are not asked for."""
    own = {name for box in mailboxes for name in (box.name, *box.aliases)} | set(more)
    return Selection(customer, (), (), mailboxes, tuple(logins), frozenset(own))


CLUB = selection("club", mailbox(OFFICE, INFO), logins=["club"])
MYCLUB = selection("myclub", mailbox(OTHER), logins=["myclub"])


@dataclass
class Bags:
    """What was delivered: a directory for each customer, and what was noted."""

    root: Path
    parts: Mapping[str, Part] = field(default_factory=dict)

    def export(self, store: Store, *selections: Selection) -> Bags:
        """Have a store deliver."""
        self.parts = {one.customer: Part(DirectorySink(self.root / one.customer)) for one in selections}
        store.export(selections, self.parts)
        return self

    def records(self, customer: str = "club") -> list[ItemExportRecord]:
        """Return what was noted of the deliveries of a customer."""
        return [delivery.record() for delivery in self.parts[customer].exports]

    def files(self, customer: str = "club") -> dict[str, bytes]:
        """Return the payload of a customer; it has to be what was noted."""
        place = self.root / customer
        found = {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}
        assert sorted(found) == sorted(file["path"] for one in self.records(customer) for file in one["files"])
        return found

    def left_out(self, customer: str = "club") -> list[tuple[str, str]]:
        """Return what is not there, and why."""
        return [(one["what"], one["reason"]) for record in self.records(customer) for one in record["left_out"]]


def held(store: Store, *selections: Selection) -> list[Measurement]:
    """Return what is held; nothing must have gone wrong."""
    found = list(store.measure(selections))
    assert [measurement["error"] for measurement in found] == [None] * len(found)
    return found


def written(root: Path, files: Mapping[str, Any]) -> Path:
    """Write files below a directory; a value that is a Path becomes a link to it."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root
