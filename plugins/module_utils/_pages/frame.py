# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both pages have: a frame, figures, sizes per kind, periods, and counted things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .._data_model.item_export import LeftOut
from .._stores._table import SHOWN
from .charts import share
from .formats import NBSP
from .languages.strings import Texts
from .languages.table import LANGUAGES
from .markup import Content, Markup, element, name, prose
from .model import BagData, BagItem, BagKind, ReportData, ReportItem, ReportKind
from .style import BASE, PAGE

DASH: Final = "\u2013"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page, to which its table of contents leads."""

    key: str
    title: str
    content: Markup


def page(
    data: BagData | ReportData, title: str, introduction: Content, sections: Sequence[Section], end: Content
) -> str:
    """Return a whole page."""
    texts = LANGUAGES[data["language"]]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex, nofollow, noarchive"),
        element("title", title, f" {DASH} ", data["name"]),
        element("style", Markup(f"\n{BASE}{PAGE}")),
    )
    main = element(
        "main",
        _header(data, texts),
        element("h1", title),
        introduction,
        _contents(texts, sections),
        [element("section", element("h2", each.title), each.content, id=each.key) for each in sections],
        _questions(data, texts),
        element("footer", element("p", end)),
    )
    whole = element("html", head, element("body", main), lang=data["language"])
    return f"<!DOCTYPE html>\n{whole.text}"


def provider(data: BagData | ReportData, texts: Texts) -> Content:
    """Return who hands the data over."""
    given = data["provider"]["name"]
    return name(given) if given else texts.words.your_provider


def figures(pairs: Iterable[tuple[str, Content]]) -> Markup:
    """Return the figures that people look for first."""
    return element(
        "dl", [element("div", element("dt", label), element("dd", value)) for label, value in pairs], class_="figures"
    )


def sizes(kinds: Sequence[BagKind] | Sequence[ReportKind], total: int, texts: Texts) -> Markup:
    """Return a table, and at once a picture, of how much there is of each kind."""
    words = texts.words
    largest = max((kind["bytes"] for kind in kinds), default=0)
    heads = element(
        "tr",
        element("th", words.kind, scope="col"),
        element("th", words.count, scope="col", class_="number count"),
        element("th", words.size, scope="col", class_="number"),
        element("td", class_="bar"),
    )
    rows = [_size(kind, largest, texts) for kind in kinds]
    foot = element(
        "tr",
        element("th", words.total, scope="row"),
        element("td", class_="count"),
        element("td", texts.notation.size(total), class_="number"),
        element("td", class_="bar"),
    )
    return element(
        "table",
        element("caption", words.sizes_caption),
        element("thead", heads),
        element("tbody", rows),
        element("tfoot", foot),
        class_="sizes",
    )


def counted(number: int, unit: str, texts: Texts) -> str:
    """Return a number of things, like ``1 file`` or ``1,200 lines``."""
    words = texts.units[unit]
    return f"{texts.notation.number(number)} {words.one if number == 1 else words.many}"


def period(oldest: str | None, newest: str | None, texts: Texts) -> Content:
    """Return from when to when things are."""
    days = dict.fromkeys(texts.notation.day(when) for when in (oldest, newest) if when is not None)
    if not days:
        return DASH
    *first, last = days
    return [[element("time", day), f"{NBSP}{DASH} "] for day in first], element("time", last)


def item_name(item: str, host: str, among: Sequence[BagItem] | Sequence[ReportItem], texts: Texts) -> Content:
    """Return what an item is called, with its host where several have one of that name."""
    shown: Content = name(item) if item else texts.words.all_of_it
    several = len({each["host"] for each in among if each["item"] == item}) > 1
    return [shown, element("span", host, class_="place")] if several else shown


def left_out(entries: Sequence[LeftOut], title: str, texts: Texts, limit: int | None = None) -> Markup | None:
    """Return what was left out, and why, under a title that says how much; None if nothing was."""
    if not entries:
        return None
    lines = [
        element("li", name(each["what"]), f" {DASH} ", texts.bag.reasons[each["reason"]]) for each in entries[:limit]
    ]
    if limit is not None and len(entries) > limit:
        rest = texts.notation.number(len(entries) - limit)
        lines.append(element("li", prose(texts.bag.more_left_out, count=rest), class_="soft"))
    shown = prose(title, count=texts.notation.number(len(entries)))
    return element("details", element("summary", shown), element("ul", lines))


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Content]], class_: str | None = None) -> Markup:
    """Return a table, the first cell of each row being its head. On phones, cells have labels."""
    return element(
        "table",
        element("caption", caption, class_="unseen"),
        element("thead", element("tr", [element("th", head, scope="col") for head in heads])),
        element("tbody", [_row(heads, row) for row in rows]),
        class_=class_,
    )


def _size(kind: BagKind | ReportKind, largest: int, texts: Texts) -> Markup:
    known = any(item.get("error") is None for item in kind["items"])
    return element(
        "tr",
        element("th", element("a", texts.kinds[kind["kind"]].title, href=f"#{kind['kind']}"), scope="row"),
        element(
            "td", counted(kind["count"], SHOWN[kind["kind"]].unit, texts) if known else DASH, class_="number count"
        ),
        element("td", texts.notation.size(kind["bytes"]) if known else DASH, class_="number"),
        element("td", share(kind["bytes"], largest), class_="bar"),
    )


def _row(heads: Sequence[str], row: Sequence[Content]) -> Markup:
    first, *rest = row
    cells = [element("td", cell, data_label=head) for head, cell in zip(heads[1:], rest, strict=True)]
    return element("tr", element("th", first, scope="row"), cells)


def _header(data: BagData | ReportData, texts: Texts) -> Markup:
    customer = element(
        "address", element("div", name(data["name"])), element("span", texts.words.customer, " ", data["customer"])
    )
    given = data["provider"]["name"]
    return element("header", customer, element("div", name(given), class_="provider") if given else None)


def _contents(texts: Texts, sections: Sequence[Section]) -> Markup:
    links = [element("li", element("a", section.title, href=f"#{section.key}")) for section in sections]
    return element("nav", element("h2", texts.words.contents), element("ul", links))


def _questions(data: BagData | ReportData, texts: Texts) -> Markup:
    words, contact = texts.words, data["provider"]["contact"]
    said = (
        prose(words.ask_contact, provider=provider(data, texts), contact=name(contact))
        if contact
        else prose(words.ask, provider=provider(data, texts))
    )
    return element("aside", element("h2", words.questions), element("p", said))
