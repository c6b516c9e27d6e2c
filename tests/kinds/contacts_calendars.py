# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Appointments, stored as Radicale does and read with a library for calendars."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event

from .world import OWN, Customer


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the directory of all users, and what an address is called there."""
    if layout == OWN:
        return {"collections": f"{root}/collection-root"}
    return {"collections": f"{root}/radicale", "login": "{local}.{domain}"}


def top(root: Path, layout: str, customer: Customer) -> Path:
    """Return the directory of the address."""
    if layout == OWN:
        return root / "collection-root" / customer.address
    return root / "radicale" / customer.address.replace("@", ".")


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Store an appointment for each text."""
    calendar = top(root, layout, customer) / "calendar"
    calendar.mkdir(parents=True)
    (calendar / ".Radicale.props").write_text(json.dumps({"tag": "VCALENDAR", "D:displayname": "Termine"}), "utf-8")
    for number, text in enumerate(texts):
        event = Event()
        event.add("uid", f"{number}@{customer.domain}")
        event.add("dtstamp", datetime(2026, 11, 23, tzinfo=UTC))
        event.add("summary", text)
        item = Calendar()
        item.add("version", "2.0")
        item.add("prodid", "-//x//EN")
        item.add_component(event)
        (calendar / f"{number}.ics").write_bytes(item.to_ical())


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the directory of all users."""
    top(root, layout, customer).parent.mkdir(exist_ok=True)


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return the summaries of all appointments."""
    files = sorted((payload / "cloud" / customer.address).glob("*.ics"))
    found = [str(event["SUMMARY"]) for path in files for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT")]
    return {customer.address: sorted(found)}
