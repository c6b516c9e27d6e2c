# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Visits and mail per month: charts of the last two years, and tables with all numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from .charts import Series, columns, legend
from .frame import table
from .languages.strings import Texts
from .markup import Markup, element, joined, name
from .model import BagData, MailMonth, Months, SiteMonth

_MONTHS: Final = 24
# Of a customer with many sites, the busiest ones are shown; the table has all.
_SITES: Final = 6
_YEAR: Final = 12
_MONTH: Final = len("2026-10")

ByMonth = Mapping[str, int]


def charts(data: BagData, texts: Texts) -> Markup:
    """Return a chart for each of the busiest sites, and one for mail."""
    until = data["made"][:_MONTH]
    drawn = [*_visits(data["months"]["visits"], until, texts), _mail(data["months"]["mail"], until, texts)]
    return element("div", drawn, class_="charts")


def tables(months: Months, texts: Texts) -> Markup:
    """Return all numbers."""
    said, notation = texts.bag, texts.notation
    visits = [
        (notation.month(each["month"]), name(each["site"]), notation.number(each["count"])) for each in months["visits"]
    ]
    mail = [
        (notation.month(each["month"]), notation.number(each["received"]), notation.number(each["sent"]))
        for each in months["mail"]
    ]
    of_sites = [element("h3", said.visits), table(said.visits, (said.month, said.site, said.visits), visits)]
    of_mail = [element("h3", said.mail), table(said.mail, (said.month, said.received, said.sent), mail)]
    return joined(of_sites if visits else None, of_mail if mail else None)


def _visits(visits: Sequence[SiteMonth], until: str, texts: Texts) -> Iterator[Markup | None]:
    by_site: dict[str, dict[str, int]] = {}
    for each in visits:
        by_site.setdefault(each["site"], {})[each["month"]] = each["count"]
    busiest = sorted(by_site, key=lambda site: -sum(by_site[site].values()))[:_SITES]
    for number, site in enumerate(busiest):
        title = texts.bag.visits_of.replace("{site}", site)
        yield _figure(f"visits-{number}", title, {texts.bag.visits: by_site[site]}, until, texts)


def _mail(mail: Sequence[MailMonth], until: str, texts: Texts) -> Markup | None:
    lines: dict[str, ByMonth] = {
        texts.bag.received: {each["month"]: each["received"] for each in mail},
        texts.bag.sent: {each["month"]: each["sent"] for each in mail},
    }
    return _figure("mail", texts.bag.mail, lines, until, texts)


def _figure(key: str, title: str, lines: Mapping[str, ByMonth], until: str, texts: Texts) -> Markup | None:
    months = _span([month for line in lines.values() for month in line], until)
    if not months:
        return None
    series = [Series(label, tuple(line.get(month, 0) for month in months)) for label, line in lines.items()]
    notation = texts.notation
    description = texts.bag.chart.format(
        first=notation.month(months[0]),
        last=notation.month(months[-1]),
        highest=notation.number(max(value for line in series for value in line.values)),
    )
    return element(
        "figure",
        element("figcaption", title),
        columns(key, title, description, months, series, notation),
        legend(series) if len(series) > 1 else None,
    )


def _span(known: Sequence[str], until: str) -> list[str]:
    """Return the months from the first to the last one, without a gap; what a wrong clock made is left out."""
    last = _number(until)
    drawn = [number for number in map(_number, known) if last - _MONTHS < number <= last]
    return [_name(number) for number in range(min(drawn), last + 1)] if drawn else []


def _number(month: str) -> int:
    year, _hyphen, number = month.partition("-")
    return int(year) * _YEAR + int(number) - 1


def _name(number: int) -> str:
    return f"{number // _YEAR:04}-{number % _YEAR + 1:02}"
