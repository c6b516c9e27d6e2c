# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a page: what is held of a customer, in the look of the page in a bag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._stores._table import SHOWN
from .frame import DASH, Section, counted, figures, item_name, left_out, page, period, provider, sizes, table
from .languages.strings import Texts
from .languages.table import LANGUAGES
from .markup import Content, Markup, element, joined, name, prose
from .model import InBackup, ReportData, ReportItem, ReportKind


def render_report(data: ReportData) -> str:
    """Return the page, in the customer's language."""
    texts = LANGUAGES[data["language"]]
    end = (texts.words.made, " ", texts.notation.day(data["made"]))
    return page(data, texts.report.title, _introduction(data, texts), list(_sections(data, texts)), end)


def _introduction(data: ReportData, texts: Texts) -> Markup:
    said, totals = texts.report, data["totals"]
    made = texts.notation.day(data["made"])
    return joined(
        element("p", prose(said.introduction, provider=provider(data, texts), made=made), class_="lead"),
        figures(
            [
                (texts.words.made, made),
                (texts.words.size, texts.notation.size(totals["bytes"])),
                (texts.words.period, period(totals["oldest"], totals["newest"], texts)),
                (said.backup, said.backups[_backup(data)]),
                (said.completeness_title, said.complete if data["complete"] else said.incomplete),
            ]
        ),
    )


def _sections(data: ReportData, texts: Texts) -> Iterator[Section]:
    said = texts.report
    yield Section("sizes", texts.words.sizes, sizes(data["kinds"], data["totals"]["bytes"], texts))
    backed_up = _backup(data) != InBackup.NOT_SET_UP
    yield Section("held", said.held, joined(_kind(kind, texts, backed_up=backed_up) for kind in data["kinds"]))
    absences = list(_absences(data, texts))
    if absences:
        yield Section(
            "not-held",
            said.not_held,
            table(said.not_held, (texts.words.kind, texts.bag.why), absences, class_="reasons"),
        )
    note = said.backup_note if backed_up else said.no_backup_note
    yield Section("rights", said.rights, joined(element("p", said.rights_text), element("p", note)))


def _backup(data: ReportData) -> str:
    """Return what is said of backups as a whole, one of InBackup."""
    mode = data["backup"]["mode"]
    return InBackup.NONE if data["backup"]["exclude"] == "all" and mode != InBackup.NOT_SET_UP else mode


def _kind(kind: ReportKind, texts: Texts, *, backed_up: bool) -> Markup:
    said, words, about = texts.report, texts.words, texts.kinds[kind["kind"]]
    heads = (words.item, words.count, words.size, words.period, said.kept, *([said.backup] if backed_up else []))
    return element(
        "article",
        element("h3", about.title),
        element("p", about.what),
        table(
            about.title, heads, [_row(item, kind, texts)[: len(heads)] for item in kind["items"]], class_="measurements"
        ),
        left_out([each for item in kind["items"] for each in item["left_out"]], said.left_out, texts),
        id=kind["kind"],
    )


def _row(item: ReportItem, kind: ReportKind, texts: Texts) -> Sequence[Content]:
    said = texts.report
    failed = element("span", said.unknown, class_="place warning") if item["error"] is not None else None
    shown = [item_name(item["item"], item["host"], kind["items"], texts), _place(item, kind, texts), failed]
    kept = said.kept_by_you if item["days"] is None else counted(item["days"], "days", texts)
    backup = said.backups[item["backup"]]
    if failed:
        return (shown, DASH, DASH, DASH, kept, backup)
    return (
        shown,
        counted(item["count"], SHOWN[kind["kind"]].unit, texts),
        texts.notation.size(item["bytes"]),
        period(item["oldest"], item["newest"], texts),
        kept,
        backup,
    )


def _place(item: ReportItem, kind: ReportKind, texts: Texts) -> Markup | None:
    """Return where an item lies, if that says something to its owner: applications are told where their files are."""
    if kind["kind"] != "site_files":
        return None
    return element("span", texts.report.place, ": ", name(item["place"]), class_="place")


def _absences(data: ReportData, texts: Texts) -> Iterator[Sequence[Content]]:
    said = texts.report
    reasons = ((data["not_looked_at"], said.not_looked_at), (data["nothing_held"], said.nothing))
    for kinds, reason in (*reasons, (data["no_service"], said.no_service)):
        for kind in kinds:
            yield texts.kinds[kind].title, reason
