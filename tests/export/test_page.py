# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages in a browser: what customers see of a bag and of a report, wide, narrow, printed and without a style sheet.

No host is needed; the browser reaches nothing but the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.bag_data import bag_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.bag_page import DATA_FILE, render_bag
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.languages.table import LANGUAGES
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_data import report_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_page import render_report
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.complete import merge
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Customer, Endpoint, Login
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.overview import Holdings, overview
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import Page, render
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import Secret
from ansible_collections.magmasoft.hosting.tests.services.browser import chromium, page_for
from ansible_collections.magmasoft.hosting.tests.unit.pages import sample
from playwright.sync_api import Browser

WIDE, NARROW, PAPER = 1100, 390, 680
PASSWORD, NAME = "mWmWm-WmWmW-mWmWm-WmWmW", "a-club-with-a-rather-long-name.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for which no name leads anywhere."""
    with chromium() as found:
        yield found


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Return each language."""
    return str(request.param)


@pytest.fixture
def bag_file(language: str, tmp_path: Path) -> Path:
    """Return the page of a bag on the disk, as it lies there, with files beside it."""
    data = bag_data(sample.bag_about(language), sample.full_parts())
    files = [file["path"] for kind in data["kinds"] for item in kind["items"] for file in item["files"]]
    for path in (*files, DATA_FILE):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x", "utf-8")
    found = tmp_path / "index.html"
    found.write_text(render_bag(data), "utf-8")
    return found


@pytest.fixture
def report_file(language: str, tmp_path: Path) -> Path:
    """Return the page of a report on the disk."""
    found = tmp_path / "report.html"
    found.write_text(render_report(report_data(sample.report_about(language), sample.full_measurements())), "utf-8")
    return found


@pytest.fixture
def letter_file(language: str, tmp_path: Path) -> Path:
    """Return a letter with passwords on the disk."""
    endpoint = Endpoint("mail-and-more.a-provider.example", 5222, "starttls", None)
    pages = Endpoint(None, None, None, "https://cloud.a-provider.example:8443/files/{login}/")
    endpoints = {**dict.fromkeys(("imap", "ftp", "sftp", "xmpp", "web"), endpoint), "webdav": pages, "webmail": pages}
    logins = [Login("mailbox", f"somebody@{NAME}", "alp"), Login("file_login", "alp", "alp")]
    has = Holdings(
        [{"name": NAME, "customer": "alp"}], [{"name": f"somebody@{NAME}", "customer": "alp", "quota": 2**31}]
    )
    letter = merge([], logins, {login.key: Secret(PASSWORD, "") for login in logins}, endpoints)
    customer = Customer("alp", "Alpenverein Musterdorf", language, f"chair@{NAME}")
    found = tmp_path / "letter.html"
    forms = render(customer, letter, Page("A provider", "+43 1 2345678"), overview(has, logins, endpoints))
    found.write_text(forms[".html"], "utf-8")
    return found


@pytest.fixture(params=["bag_file", "report_file", "letter_file"], ids=["bag", "report", "letter"])
def page_file(request: pytest.FixtureRequest, language: str) -> Path:
    """Return either page, in each language."""
    found: Path = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pages_fit_and_ask_nobody(browser: Browser, page_file: Path, width: int) -> None:
    with page_for(browser, None, "", width=width) as (page, said):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        page.screenshot(path=page_file.with_name(f"{width}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        # nothing is cut off or lies upon something else
        assert page.evaluate(
            "[...document.querySelectorAll('td, th, dd, li, article')].every(e => e.scrollWidth <= e.clientWidth + 1)"
        )
        assert asked == [page_file.as_uri()]
    assert said == []


def test_links_lead_to_files(browser: Browser, bag_file: Path) -> None:
    with page_for(browser, None, "") as (page, _said):
        page.goto(bag_file.as_uri())
        links = page.eval_on_selector_all("a[href^='./']", "all => all.map(one => decodeURIComponent(one.pathname))")
        anchors = page.eval_on_selector_all("a[href^='#']", "all => all.map(one => !!document.querySelector(one.hash))")
    assert len(links) > 20
    assert [link for link in links if not Path(link).is_file()] == []
    assert len(anchors) > 20
    assert all(anchors)


def test_pictures_are_told_to_those_who_cannot_see_them(browser: Browser, bag_file: Path, language: str) -> None:
    said = LANGUAGES[language].bag
    with page_for(browser, None, "") as (page, _said):
        page.goto(bag_file.as_uri())
        assert page.get_by_role("img", name=said.visits_of.replace("{site}", sample.SITE)).count() == 1
        assert page.get_by_role("img").count() == 3
        table = page.locator("details", has_text=said.numbers).locator("table").first
        assert not table.is_visible()
        page.click(f"text={said.numbers}")
        assert table.is_visible()


def test_pages_are_readable_without_a_style_sheet(browser: Browser, page_file: Path) -> None:
    bare = page_file.with_name("bare.html")
    bare.write_text(re.sub(r"(?s)<style>.*?</style>", "", page_file.read_text("utf-8")), "utf-8")
    with page_for(browser, None, "") as (page, said):
        page.goto(bare.as_uri())
        page.screenshot(path=page_file.with_name("bare.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == WIDE
        # a column of numbers stays one, and a bar stays small
        assert page.locator("tbody tr").first.bounding_box() is not None
        assert page.evaluate("[...document.querySelectorAll('svg')].every(one => one.clientWidth <= 360)")
        assert page.locator("h1").inner_text() in page.inner_text("main")
    assert said == []


def test_what_is_folded_is_printed(browser: Browser, page_file: Path) -> None:
    with page_for(browser, None, "", width=PAPER) as (page, _said):
        page.goto(page_file.as_uri())
        page.emulate_media(media="print")
        page.screenshot(path=page_file.with_name("print.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == PAPER
        assert not page.locator("nav").is_visible()
        heights = "all => all.map(one => one.lastElementChild.getBoundingClientRect().height)"
        assert all(height > 0 for height in page.eval_on_selector_all("details", heights))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_hostile_names_neither_run_nor_widen_a_page(browser: Browser, tmp_path: Path, width: int) -> None:
    evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e' + "W" * 255
    left_out = [{"what": evil, "reason": "changed"}]
    delivery = sample.delivery("web_access_log", evil, f"../{evil}", left_out=left_out, months=sample.visits(1, 2))
    about = sample.bag_about("en", name=evil, provider={"name": evil, "contact": evil}, only=[evil], bag=evil)
    (tmp_path / "index.html").write_text(render_bag(bag_data(about, [sample.part(evil, delivery)])), "utf-8")
    with page_for(browser, None, "", width=width) as (page, said):
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        page.goto((tmp_path / "index.html").as_uri())
        page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
        assert page.locator("script, img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.inner_text("article th[scope=row]").startswith('"><img src=x onerror=alert(1)><script>')
    assert said == dialogs == []
