# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages, as a browser gets them: without one."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Reason
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.bag_data import bag_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.bag_page import render_bag
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.languages.table import LANGUAGES as TEXTS
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.markup import visible
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.model import Absence
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_data import report_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_page import render_report
from hypothesis import given, settings
from hypothesis import strategies as st

from .sample import (
    ADDRESS,
    LANGUAGES,
    SITE,
    Seen,
    bag_about,
    delivery,
    full_measurements,
    full_parts,
    measurement,
    part,
    report_about,
    visits,
)

ANYTHING = st.text(st.characters(codec=None), max_size=20)
EVIL = "\"'><script>alert(1)</script><!-- \u202e\x00\n`{site}` &amp; javascript:alert(1)"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def bag(language: str = "de", *deliveries: dict[str, Any], **about: Any) -> str:
    """Return the page of a bag."""
    parts = [part("web1", *deliveries)] if deliveries else full_parts()
    return render_bag(bag_data(bag_about(language, **about), parts))


def report(language: str = "de", *measurements: dict[str, Any], **about: Any) -> str:
    """Return the page of a report."""
    return render_report(report_data(report_about(language, **about), measurements or full_measurements()))


@pytest.fixture(params=[bag, report], ids=["bag", "report"])
def render(request: pytest.FixtureRequest) -> Callable[..., str]:
    """Return what makes either page."""
    made: Callable[..., str] = request.param
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_ask_nobody_for_anything(render: Callable[..., str], language: str) -> None:
    """No script, no image, no form, no address elsewhere; and they tell browsers so."""
    page = render(language)
    seen = Seen(page)
    assert seen.tags[0] == ("html", {"lang": language})
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in [
        attributes for _tag, attributes in seen.tags
    ]
    assert not {"script", "img", "link", "iframe", "object", "form", "base", "video", "use", "image"} & {*seen.names}
    attributes = {name for _tag, attributes in seen.tags for name in attributes}
    assert not {name for name in attributes if name.startswith("on")} | attributes & {"src", "style", "action", "xmlns"}
    assert not re.search(r"https?://|url\(|@import|//", page.removeprefix("<!DOCTYPE html>"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_well_made(render: Callable[..., str], language: str) -> None:
    """One main heading, no level skipped, every link within the page has its end, every picture a description."""
    seen = Seen(render(language))
    levels = [int(tag[1]) for tag in seen.names if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    identifiers = seen.values("id")
    assert len(identifiers) == len(set(identifiers))
    referred = [link[1:] for link in seen.values("href") if link.startswith("#")]
    referred += [each for value in seen.values("aria-labelledby") for each in value.split()]
    assert {*referred} <= {*identifiers}
    for tag, attributes in seen.tags:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("role") == "img"
            assert attributes.get("aria-hidden") == "true" or "aria-labelledby" in attributes
    assert seen.names.count("table") == seen.names.count("caption")
    assert "None" not in seen.text
    assert not re.search(r"[{}`]", seen.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bag_says_what_is_inside(language: str) -> None:
    """Each kind with its items, amounts, times, files, and how to take it elsewhere."""
    seen, texts = Seen(bag(language)), TEXTS[language]
    for part_ in full_parts():
        for each in part_["exports"]:
            about = texts.kinds[each["kind"]]
            assert about.title in seen.text
            assert about.what in seen.text
            assert about.elsewhere.replace("`", "") in seen.text
            assert each["item"] in seen.text
            assert texts.notation.size(each["bytes"]) in seen.text or each["outcome"] == "empty"
            for file in each["files"]:
                assert f"./{file['path'].replace(' ', '%20')}" in seen.values("href")
    for shown in (texts.notation.number(12_877), texts.notation.day("2019-03-01"), "hilfe@hosting.example"):
        assert shown in seen.text
    assert texts.words.empty in seen.text
    assert texts.units["messages"].one in seen.text
    for command in ("sha256sum --check manifest-sha256.txt", "bagit.py --validate .", "tagmanifest-sha256.txt"):
        assert command in seen.text
    assert "./data.json" in seen.values("href")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bag_says_what_is_not_inside(language: str) -> None:
    """Every reason in words; single things by name, and what is invisible in their names is seen."""
    texts = TEXTS[language]
    left_out = [{"what": f"thing-{reason}\u202e", "reason": reason.value} for reason in Reason]
    files = delivery("site_files", SITE, "sites/x/files.tar", left_out=left_out)
    seen = Seen(bag(language, files, asked=["site_files", "databases"], no_service=["mail_log"]))
    for absence in Absence:
        assert texts.bag.absences[absence] in seen.text
    for reason in Reason:
        assert f"thing-{reason}\\u202e" in seen.text
        assert seen.text.count(texts.bag.reasons[reason]) == 2
    assert texts.bag.completeness["complete-with-exclusions"] in seen.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_logs_are_counted(language: str) -> None:
    """Of all items together; a kind that is no log says nothing of lines."""
    tally, texts = {"given": 1200, "withheld": 34, "unexplained": 5}, TEXTS[language]
    logs = [delivery("web_access_log", site, f"{site}.log", tally=tally) for site in (SITE, "blog.example")]
    text = Seen(bag(language, *logs, delivery("databases", "a", "a.sql"))).text
    said = texts.bag.lines.format(given=texts.notation.number(2400), withheld="68", unexplained="10")
    assert text.count(said) == text.count(texts.bag.lines.partition(":")[0]) == 1


def test_what_was_picked_is_said() -> None:
    """So that nobody takes one mailbox for everything."""
    assert ADDRESS in Seen(bag("en", delivery("databases", "a"), only=[ADDRESS])).text
    assert "Only this was asked for" not in Seen(bag("en")).text


def test_long_lists_are_cut() -> None:
    """A page of a hundred thousand lines opens nowhere; data.json has all."""
    paths = [f"sites/x/statistics/{number}.html" for number in range(1000)]
    left_out = [{"what": f"sock-{number}", "reason": "special-file"} for number in range(5000)]
    seen = Seen(bag("en", delivery("web_statistics", SITE, *paths, left_out=left_out)))
    assert len([link for link in seen.values("href") if link.startswith("./sites")]) == 40
    assert "and 960 more" in seen.text
    assert "sock-99" in seen.text
    assert "sock-100" not in seen.text
    assert "and 4,900 more" in seen.text


def test_hosts_are_told_apart() -> None:
    """Only where it takes that: a log of one customer on two hosts."""
    log = delivery("file_transfer_log", "", "logs/a.log")
    page = render_bag(bag_data(bag_about("en"), [part("web1", log), part("web2", log)]))
    assert "web1" in Seen(page).text
    assert "web1" not in Seen(bag("en", log)).text


def test_charts_are_of_two_years_at_most() -> None:
    """Before the day the bag was made; the table has all. A wrong clock makes no chart of a century."""
    odd = {"visits:1999-01": 4, "visits:2045-01": 3}
    seen = Seen(bag("en", delivery("web_access_log", SITE, months={**visits(*range(30)), **odd})))
    assert "From Dec\u00a02024 to Nov\u00a02026. The highest value is 29." in seen.text
    for month in ("Jan\u00a01999", "Jan\u00a02045", "Jun\u00a02024"):
        assert month in seen.text
    seen = Seen(bag("en", delivery("web_access_log", SITE, months=odd)))
    assert not [attributes for tag, attributes in seen.tags if tag == "svg" and attributes.get("role") == "img"]


def test_pictures_are_right() -> None:
    """The longest bar is the largest kind, the highest column the highest month, and all is inside its picture."""
    deliveries = [
        delivery("databases", "a", "databases/a.sql", bytes=1000),
        delivery("web_access_log", SITE, "logs/a.log", bytes=250, months=visits(5, 0, 10)),
        delivery("mail_filters", ADDRESS, "mail/a.sieve", bytes=1),
        delivery("mail_log", ADDRESS),
    ]
    seen = Seen(bag("en", *deliveries))
    bars = [attributes["width"] for tag, attributes in seen.tags if tag == "rect" and "x" not in attributes]
    assert bars == ["100.0", "25.0", "0.8", "0.0"]
    columns = [float(attributes["height"] or 0) for tag, attributes in seen.tags if tag == "rect" and "x" in attributes]
    assert columns == [76.0, 0.0, 152.0]
    assert all(
        float(attributes["y"] or 0) >= 12 for tag, attributes in seen.tags if tag == "rect" and "y" in attributes
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_says_what_could_not_be_looked_at(language: str) -> None:
    """And why, in the words of the page in a bag."""
    texts = TEXTS[language]
    left_out = [{"what": "htdocs/shell\u202e.php", "reason": "unreadable"}]
    seen = Seen(report(language, measurement("site_files", SITE, left_out=left_out)))
    for shown in (
        texts.report.incomplete,
        texts.report.left_out.replace("{count}", "1"),
        texts.bag.reasons["unreadable"],
    ):
        assert shown in seen.text
    assert "\u202e" not in seen.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_says_what_is_held(language: str) -> None:
    """How much, since when, how long, in which backup; what could not be looked at, without the operator's words."""
    backup = {"mode": "separate", "exclude": {"sites": [SITE]}, "own_logs": []}
    seen, texts = Seen(report(language, backup=backup, not_looked_at=["mail_queue"])), TEXTS[language]
    for each in full_measurements():
        assert texts.kinds[each["kind"]].title in seen.text
        assert each["item"] in seen.text
        assert each["error"] or texts.notation.size(each["bytes"]) in seen.text
    for shown in (f"14 {texts.units['days'].many}", texts.report.kept_by_you, texts.report.unknown):
        assert shown in seen.text
    for shown in (texts.report.backups["separate"], texts.report.backups["none"], texts.report.incomplete):
        assert shown in seen.text
    for shown in (texts.report.nothing, texts.report.no_service, texts.report.not_looked_at):
        assert shown in seen.text
    assert "/srv/www/alpenverein.example" in seen.text
    assert "/srv/www/office@" not in seen.text
    assert "/run/x" not in seen.text


def test_a_kind_that_nobody_could_look_at_has_no_size() -> None:
    """Nothing is something else than unknown."""
    error = {"code": "x", "message": "y", "remedy": "z"}
    seen = Seen(report("en", measurement("databases", "a", error=error, bytes=0, count=0)))
    assert "0 rows" not in seen.text
    assert Seen(report("en", measurement("databases", "a", bytes=0, count=0))).text.count("0 rows") == 2


def test_providers_need_no_name() -> None:
    """Then they are called what they are."""
    nobody = {"name": "", "contact": None}
    for page in (bag("en", provider=nobody), report("en", provider=nobody)):
        assert "Please ask your provider." in Seen(page).text


def test_hostile_names_are_text(render: Callable[..., str]) -> None:
    """Wherever they stand."""
    usual = render("en", *_items(render, "x", "a/b"), name="x", **_of_bags(render, "x"))
    page = render("en", *_items(render, EVIL, f"../{EVIL}"), name=EVIL, **_of_bags(render, EVIL))
    assert _shape(page) == _shape(usual)
    assert visible(EVIL) in Seen(page).text
    assert "<script" not in page
    assert not [link for link in Seen(page).values("href") if "script" in link]


@settings(max_examples=60, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_nothing_breaks_out(item: str, path: str, who: str, contact: str) -> None:
    """Whatever it is called: the page has the same elements as ever, and shows all it was given."""
    provider = {"name": f"p{who}", "contact": f"c{contact}"}
    for render in (bag, report):
        page = render(
            "it", *_items(render, f"i{item}", f"/{path}"), name=who, provider=provider, **_of_bags(render, item)
        )
        usual = render(
            "it", *_items(render, "i", "/x"), provider={"name": "p", "contact": "c"}, **_of_bags(render, "i")
        )
        assert _shape(page) == _shape(usual)
        text = Seen(page).text
        assert all(visible(shown) in text for shown in (f"i{item}", who, f"p{who}", f"c{contact}"))
        page.encode()


def _items(render: Callable[..., str], item: str, path: str) -> list[dict[str, Any]]:
    if render is report:
        return [measurement("site_files", item, place=path)]
    left_out = [{"what": item, "reason": "changed"}]
    return [delivery("web_access_log", item, path, left_out=left_out, months=visits(1, 2))]


def _of_bags(render: Callable[..., str], only: str) -> dict[str, Any]:
    return {"only": [only], "bag": only} if render is bag else {}


def _shape(page: str) -> list[str]:
    """Return the elements of a page, less where names may break and what links to payload files."""
    seen = Seen(page)
    return [
        tag for tag, attributes in seen.tags if tag != "wbr" and not (attributes.get("href") or "").startswith("./a/")
    ]
