# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents say that stand beside the pages: data.json in a bag, and the report. See docs/bag.md."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypedDict

from .._core.errors import ErrorReport
from .._data_model.item_export import FileRecord, LeftOut


class Completeness(StrEnum):
    """How much of what was asked for is in a bag; what failed makes none."""

    COMPLETE = "complete"
    WITH_EXCLUSIONS = "complete-with-exclusions"


class Absence(StrEnum):
    """Why nothing of a kind is in a bag."""

    NOT_ASKED = "not-asked-for"
    NO_SERVICE = "no-such-service"
    NOTHING_HELD = "nothing-held"
    LISTED_ONLY = "listed-only"
    NEVER = "never-handed-out"


class InBackup(StrEnum):
    """Which backup an item goes into, as configured; ``NONE`` is kept out of it."""

    SHARED = "shared"
    SEPARATE = "separate"
    NONE = "none"
    NOT_SET_UP = "not-set-up"


class Provider(TypedDict):
    """Who hands the data over, and how they are reached."""

    name: str
    contact: str | None


class BagAbout(TypedDict):
    """What is said of a bag as a whole.

    ``made`` is ISO 8601 in UTC. ``asked`` names the kinds that were asked for, ``no_service`` those that do not exist
    at this provider. ``only`` names the sites and addresses that were picked, and is empty where all were asked for.
    """

    customer: str
    name: str
    language: str
    bag: str
    made: str
    provider: Provider
    asked: list[str]
    no_service: list[str]
    only: list[str]


class BagItem(TypedDict):
    """One item of a kind, as one host delivered it. ``tally`` counts lines of logs, and is empty for all else."""

    item: str
    host: str
    outcome: str
    files: list[FileRecord]
    count: int
    bytes: int
    oldest: str | None
    newest: str | None
    left_out: list[LeftOut]
    tally: dict[str, int]


class BagKind(TypedDict):
    """All items of a kind."""

    kind: str
    count: int
    bytes: int
    oldest: str | None
    newest: str | None
    items: list[BagItem]


class BagTotals(TypedDict):
    """Sums over the whole bag. ``left_out`` is how many things were left out."""

    items: int
    files: int
    bytes: int
    oldest: str | None
    newest: str | None
    left_out: int


class SiteMonth(TypedDict):
    """Visits of one site in one month."""

    site: str
    month: str
    count: int


class MailMonth(TypedDict):
    """Mail of one month."""

    month: str
    received: int
    sent: int


class Months(TypedDict):
    """What happened in each month, where something did."""

    visits: list[SiteMonth]
    mail: list[MailMonth]


class NotInside(TypedDict):
    """A kind that is not in the bag, and why: an Absence."""

    kind: str
    reason: str


class BagData(TypedDict):
    """data.json."""

    format: str
    version: int
    customer: str
    name: str
    language: str
    bag: str
    made: str
    provider: Provider
    only: list[str]
    completeness: str
    totals: BagTotals
    kinds: list[BagKind]
    months: Months
    not_inside: list[NotInside]


class Backup(TypedDict):
    """How backups are made: ``mode`` is one of InBackup, the rest is what the register says.

    ``own_logs`` names the sites whose logs lie in files of their own.
    """

    mode: str
    exclude: str | Mapping[str, str | list[str]]
    own_logs: list[str]


class ReportAbout(TypedDict):
    """What is said of a report as a whole.

    ``made`` is ISO 8601 in UTC. ``no_service`` names the kinds that do not exist at this provider, ``not_looked_at``
    those that nobody could be asked about.
    """

    customer: str
    name: str
    language: str
    made: str
    provider: Provider
    backup: Backup
    no_service: list[str]
    not_looked_at: list[str]


class ReportItem(TypedDict):
    """One item of a kind, as it is held on one host. Where there is an error, nobody knows how much it is.

    ``left_out`` is what could not be looked at of it.
    """

    item: str
    host: str
    place: str
    count: int
    bytes: int
    oldest: str | None
    newest: str | None
    days: int | None
    backup: str
    left_out: list[LeftOut]
    error: ErrorReport | None


class ReportKind(TypedDict):
    """All items of a kind."""

    kind: str
    count: int
    bytes: int
    oldest: str | None
    newest: str | None
    items: list[ReportItem]


class ReportTotals(TypedDict):
    """Sums over what could be looked at; ``failed`` is how many items could not."""

    items: int
    bytes: int
    oldest: str | None
    newest: str | None
    failed: int


class ReportData(TypedDict):
    """The report, for programs."""

    format: str
    version: int
    customer: str
    name: str
    language: str
    made: str
    provider: Provider
    backup: Backup
    complete: bool
    totals: ReportTotals
    kinds: list[ReportKind]
    nothing_held: list[str]
    no_service: list[str]
    not_looked_at: list[str]
