# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the cloud in a browser, and links for people outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from playwright.sync_api import Browser

from .browser import chromium, page_for
from .cloud import ANNA, BERT, CARLA, PASSWORD, QUOTA, ROOT, URL, Cloud

EVIL = "\"><img src=x onerror=alert(1)>&amp;'.txt"


@pytest.fixture(scope="module")
def cloud(host: Host, directory_base: str) -> Cloud:
    """Return the customers."""
    address = host.address
    found = Cloud(host, directory_base, Network({"*": address}, None, 20))
    found.directory()
    found.apply()
    found.restart()
    return found


@pytest.fixture(scope="module")
def browser(cloud: Cloud) -> Iterator[Browser]:
    """Return a browser for which all names lead to the host."""
    with chromium(cloud.host) as found:
        yield found


def token(cloud: Cloud, user: str = ANNA) -> str:
    """Return what forms carry that come from the page."""
    found = re.search(r'name="token" value="([0-9a-f]{64})"', cloud.http("GET", "/", user=user)[1])
    assert found is not None
    return found[1]


def test_files_and_links(cloud: Cloud, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "Übersicht 100%.txt").write_text("hallo", "utf-8")
    with page_for(browser, ANNA, PASSWORD) as (page, said):
        page.goto(f"{URL}/")
        assert page.get_attribute("html", "lang") == "de"
        text = page.inner_text("main")
        for shown in (ANNA, f"{URL}/dav/", f"{URL}/files/{ANNA}/"):
            assert shown in text
        page.fill("input[name=name]", "Fotos & Töne")
        page.click("text=Anlegen")
        page.click("text=Fotos & Töne/")
        page.set_input_files("input[type=file]", tmp_path / "Übersicht 100%.txt")
        page.click("button:has-text('Hochladen')")
        assert cloud.files() == ["Fotos & Töne", "Fotos & Töne/Übersicht 100%.txt"]
        assert "5 B" in page.inner_text("table")
        page.goto(f"{URL}/")
        page.click("button:has-text('Teilen')")
        link = page.inner_text("a[href*='/shared/']")
        page.screenshot(path=tmp_path / "account.png", full_page=True)
    assert said == []
    with page_for(browser, None, "") as (page, said):
        page.goto(link)
        assert "Fotos & Töne" in page.inner_text("h1")
        with page.expect_download() as download:
            page.click("text=Übersicht 100%.txt")
        assert Path(download.value.path()).read_text("utf-8") == "hallo"
        page.screenshot(path=tmp_path / "shared.png", full_page=True)
    assert said == []
    # nothing else is behind it
    for path in ("../x", "..", "../..", "%2e%2e/", "..%2f..%2faccount.json", "%00"):
        assert cloud.http("GET", f"{link.removeprefix(URL)}{path}", user=None)[0] in (400, 401, 404)
    with page_for(browser, ANNA, PASSWORD, width=390) as (page, said):
        page.goto(f"{URL}/")
        page.screenshot(path=tmp_path / "phone.png", full_page=True)
        page.click("button:has-text('Nicht mehr teilen')")
        assert cloud.http("GET", link.removeprefix(URL), user=None)[0] == 404
        page.click("button:has-text('Löschen')")
        assert cloud.files() == []
    assert said == []


def test_links_end_with_the_account(cloud: Cloud) -> None:
    cloud.http("MKCOL", f"/files/{CARLA}/open", user=CARLA)
    form = ("-F", f"token={token(cloud, CARLA)}", "-F", "action=share", "-F", "name=open")
    assert cloud.http("POST", "/", *form, user=CARLA)[0] == 303
    found = re.search(r"/shared/[0-9a-f]{20}/[A-Za-z0-9_-]{43}/", cloud.http("GET", "/", user=CARLA)[1])
    assert found is not None
    assert cloud.http("GET", found[0], user=None)[0] == 200
    cloud.apply({CARLA: "suspended"})
    assert cloud.http("GET", found[0], user=None)[0] == 404
    cloud.apply()
    assert cloud.http("GET", found[0], user=None)[0] == 200
    assert cloud.http("GET", f"{found[0][:-2]}x/", user=None)[0] == 404


def test_names_are_shown_and_run_nothing(cloud: Cloud, browser: Browser) -> None:
    cloud.host.run("tee", f"{ROOT}/{CARLA}/files/{EVIL}", stdin="x")
    cloud.shell(f"chown hosting-cloud: {ROOT}/{CARLA}/files/*; printf x > \"$(printf '{ROOT}/{CARLA}/files/\\377')\"")
    with page_for(browser, CARLA, PASSWORD) as (page, said):
        page.goto(f"{URL}/")
        assert EVIL in page.inner_text("table")
    assert said == []
    status, page_text = cloud.http(
        "GET", f"/files/{CARLA}/{'%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E&amp;%27.txt'}", user=CARLA
    )
    assert (status, page_text) == (200, "x")


def test_uploads_over_the_quota_are_told_and_leave_nothing(cloud: Cloud, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(b"x" * (QUOTA + 1))
    with page_for(browser, BERT, PASSWORD) as (page, said):
        page.goto(f"{URL}/")
        page.set_input_files("input[type=file]", tmp_path / "large.bin")
        page.click("button.main")
        assert "Lo spazio non basta" in page.inner_text("[role=alert]")
    assert [line for line in said if "409" not in line] == []
    assert cloud.files(BERT) == []
    assert cloud.shell(f"ls {ROOT}/{BERT}/uploads") == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "folder", "name": "x"},
        {"action": "folder", "name": "x", "token": "0" * 64},
        {"action": "folder", "name": "../x", "token": ""},
        {"action": "folder", "name": "..", "token": ""},
        {"action": "delete", "name": "..", "token": ""},
        {"action": "unknown", "name": "x", "token": ""},
    ],
)
def test_forms_of_others_and_names_that_lead_elsewhere_do_nothing(cloud: Cloud, fields: dict[str, str]) -> None:
    given = {name: value or token(cloud) for name, value in fields.items()}
    form = [part for name, value in given.items() for part in ("-F", f"{name}={value}")]
    assert cloud.http("POST", "/", *form)[0] == 409
    assert cloud.files() == []
    assert cloud.shell(f"ls {ROOT}/{ANNA}") == "account.json\nfiles\nshares\nuploads"


def test_pages_say_what_browsers_may_do(cloud: Cloud) -> None:
    headers = cloud.http("GET", "/", "-D", "-", "-o", "/dev/null")[1].lower()
    for header in ("content-security-policy: default-src 'none'", "referrer-policy: no-referrer", "nosniff"):
        assert header in headers
    assert "sandbox" in cloud.http("GET", f"/files/{ANNA}/", "-D", "-", "-o", "/dev/null")[1].lower()
    assert "x-hosting-user" not in headers
