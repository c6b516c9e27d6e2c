# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages say, one instance for each language.

Where a text has fields (``{name}``) or code (between backticks), ``markup.prose`` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..formats import Notation


@dataclass(frozen=True, slots=True)
class KindTexts:
    """A kind of data: what it is called, what it is, and how to take it elsewhere."""

    title: str
    what: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class CountUnit:
    """What things are counted in."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words of both pages."""

    your_provider: str
    customer: str
    made: str
    size: str
    count: str
    period: str
    item: str
    all_of_it: str
    contents: str
    kind: str
    sizes: str
    sizes_caption: str
    total: str
    empty: str
    questions: str
    ask: str
    ask_contact: str


@dataclass(frozen=True, slots=True)
class BagTexts:
    """What the page in a bag says. ``completeness`` has a text for each Completeness, ``absences`` for each Absence."""

    title: str
    introduction: str
    begin: str
    only: str
    files: str
    completeness_title: str
    completeness: Mapping[str, str]
    months: str
    months_introduction: str
    visits_of: str
    visits: str
    mail: str
    received: str
    sent: str
    month: str
    site: str
    chart: str
    numbers: str
    inside: str
    elsewhere: str
    more_files: str
    lines: str
    left_out: str
    more_left_out: str
    not_inside: str
    not_inside_introduction: str
    absences: Mapping[str, str]
    passwords: str
    exclusions: str
    why: str
    reasons: Mapping[str, str]
    others: str
    verify: str
    verify_introduction: str
    verify_manifest: str
    verify_tags: str
    verify_bagit: str
    programs: str
    programs_text: str


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """What the page of the report says. ``backups`` has a text for each InBackup."""

    title: str
    introduction: str
    kept: str
    kept_by_you: str
    backup: str
    backups: Mapping[str, str]
    backup_note: str
    no_backup_note: str
    place: str
    completeness_title: str
    complete: str
    incomplete: str
    unknown: str
    left_out: str
    held: str
    not_held: str
    nothing: str
    no_service: str
    not_looked_at: str
    rights: str
    rights_text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts in one language.

    ``kinds`` has a key for each kind that customers read of, ``units`` for each Unit of the stores and for days.
    """

    language: str
    notation: Notation
    words: Words
    bag: BagTexts
    report: ReportTexts
    units: Mapping[str, CountUnit]
    kinds: Mapping[str, KindTexts]
