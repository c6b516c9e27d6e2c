# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""index.html: what is in a bag, for the customer. It lies beside data.json, at the top of the payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from .._core.errors import Incomplete
from .._data_model.item_export import FileRecord, Outcome, require_payload_path
from .._stores._table import SHOWN
from .frame import DASH, Section, counted, figures, item_name, left_out, page, period, provider, sizes, table
from .languages.strings import Texts
from .languages.table import LANGUAGES
from .markup import Content, Markup, element, joined, name, prose
from .model import Absence, BagData, BagItem, BagKind, NotInside
from .month_charts import charts, tables

DATA_FILE: Final = "data.json"
_MANIFEST: Final = "sha256sum --check manifest-sha256.txt"
_TAGS: Final = "sha256sum --check tagmanifest-sha256.txt"
_BAGIT: Final = "bagit.py --validate ."
# More than people look at one by one; data.json has all.
_FILES: Final = 40
_FILES_SHOWN: Final = 4
_LEFT_OUT: Final = 100


def render_bag(data: BagData) -> str:
    """Return the page, in the customer's language."""
    texts = LANGUAGES[data["language"]]
    return page(data, texts.bag.title, _introduction(data, texts), list(_sections(data, texts)), data["bag"])


def _introduction(data: BagData, texts: Texts) -> Markup:
    said, totals = texts.bag, data["totals"]
    made = texts.notation.day(data["made"])
    return joined(
        element("p", prose(said.introduction, provider=provider(data, texts), made=made), class_="lead"),
        element("p", prose(said.only, names=_listed(data["only"])), class_="lead") if data["only"] else None,
        figures(
            [
                (texts.words.made, made),
                (texts.words.size, texts.notation.size(totals["bytes"])),
                (said.files, texts.notation.number(totals["files"])),
                (texts.words.period, period(totals["oldest"], totals["newest"], texts)),
                (said.completeness_title, said.completeness[data["completeness"]]),
            ]
        ),
        element("p", said.begin),
    )


def _sections(data: BagData, texts: Texts) -> Iterator[Section]:
    said = texts.bag
    yield Section("sizes", texts.words.sizes, sizes(data["kinds"], data["totals"]["bytes"], texts))
    if data["months"]["visits"] or data["months"]["mail"]:
        yield Section("months", said.months, _months(data, texts))
    yield Section("inside", said.inside, joined(_kind(kind, texts) for kind in data["kinds"]))
    yield Section("not-inside", said.not_inside, _not_inside(data, texts))
    yield Section("verify", said.verify, _verify(texts))
    data_file = element("a", element("code", DATA_FILE), href=f"./{DATA_FILE}")
    yield Section("programs", said.programs, element("p", prose(said.programs_text, file=data_file)))


def _months(data: BagData, texts: Texts) -> Markup:
    return joined(
        element("p", texts.bag.months_introduction),
        charts(data, texts),
        element("details", element("summary", texts.bag.numbers), tables(data["months"], texts)),
    )


def _kind(kind: BagKind, texts: Texts) -> Markup:
    said, about = texts.bag, texts.kinds[kind["kind"]]
    words = texts.words
    heads = (words.item, words.count, words.size, words.period, said.files)
    rows = [_row(item, kind, texts) for item in kind["items"]]
    return element(
        "article",
        element("h3", about.title),
        element("p", about.what),
        table(about.title, heads, rows, class_="items"),
        _lines(kind, texts),
        left_out([each for item in kind["items"] for each in item["left_out"]], said.left_out, texts, _LEFT_OUT),
        element("h4", said.elsewhere),
        element("p", prose(about.elsewhere)),
        id=kind["kind"],
    )


def _row(item: BagItem, kind: BagKind, texts: Texts) -> Sequence[Content]:
    shown = item_name(item["item"], item["host"], kind["items"], texts)
    if item["outcome"] == Outcome.EMPTY:
        return (shown, texts.words.empty, DASH, DASH, DASH)
    return (
        shown,
        counted(item["count"], SHOWN[kind["kind"]].unit, texts),
        texts.notation.size(item["bytes"]),
        period(item["oldest"], item["newest"], texts),
        _files(item["files"], texts),
    )


def _files(files: Sequence[FileRecord], texts: Texts) -> Markup:
    lines = [element("li", _link(file["path"])) for file in files[:_FILES]]
    if len(files) > _FILES:
        rest = texts.notation.number(len(files) - _FILES)
        lines.append(element("li", prose(texts.bag.more_files, count=rest), class_="soft"))
    listed = element("ul", lines)
    if len(files) <= _FILES_SHOWN:
        return listed
    return element("details", element("summary", counted(len(files), "files", texts)), listed)


def _link(path: str) -> Markup:
    """Return a link to a payload file; what can't be the name of one leads nowhere."""
    try:
        require_payload_path(path)
    except Incomplete:
        return name(path)
    # Of all characters that such a name may have, only a space means something else in a link.
    return element("a", name(path), href=f"./{path.replace(' ', '%20')}")


def _lines(kind: BagKind, texts: Texts) -> Markup | None:
    """Say of logs how many lines there were, whose they are or might have been."""
    tally = sum((Counter(item["tally"]) for item in kind["items"]), Counter[str]())
    if not any(item["tally"] for item in kind["items"]):
        return None
    numbers = {what: texts.notation.number(tally[what]) for what in ("given", "withheld", "unexplained")}
    return element("p", prose(texts.bag.lines, **numbers), class_="soft")


def _not_inside(data: BagData, texts: Texts) -> Markup:
    said = texts.bag
    heads = (texts.words.kind, said.why)
    reasons = Counter(each["reason"] for kind in data["kinds"] for item in kind["items"] for each in item["left_out"])
    listed = [(said.reasons[reason], texts.notation.number(number)) for reason, number in sorted(reasons.items())]
    exclusions = table(said.exclusions, (said.why, texts.words.count), listed, class_="counts")
    return joined(
        element("p", said.not_inside_introduction),
        table(said.not_inside, heads, [_absence(each, texts) for each in data["not_inside"]], class_="reasons"),
        [element("h3", said.exclusions), exclusions] if listed else None,
        element("p", said.others),
    )


def _absence(each: NotInside, texts: Texts) -> Sequence[Content]:
    never = each["reason"] == Absence.NEVER
    title = texts.bag.passwords if never else texts.kinds[each["kind"]].title
    return title, texts.bag.absences[each["reason"]]


def _verify(texts: Texts) -> Markup:
    said = texts.bag
    return joined(
        element("p", prose(said.verify_introduction)),
        _command(_MANIFEST),
        element("p", prose(said.verify_manifest)),
        element("p", said.verify_tags),
        _command(_TAGS),
        element("p", prose(said.verify_bagit)),
        _command(_BAGIT),
    )


def _command(command: str) -> Markup:
    return element("pre", element("code", command))


def _listed(names: Sequence[str]) -> Content:
    return [[", " if number else "", name(each)] for number, each in enumerate(names)]
