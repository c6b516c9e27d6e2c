# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sites there are, and who may see their statistics."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.languages.table import LANGUAGES
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.pages import Pages
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.settings import Settings
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.sites import (
    Site,
    UnknownManifestError,
    read_manifest,
)

TEMPLATES = Path(__file__).parents[3] / "roles" / "statistics" / "files" / "pages"


def manifest(**fields: Any) -> str:
    """Return a manifest with one site."""
    notes = {"customer": "huber", "state": "present", "kind": "php", "log": "own", "language": "it", **fields}
    return json.dumps({"format": 1, "notes": {"www.huber.example": notes}})


def test_sites_are_those_of_the_manifest() -> None:
    site = Site("www.huber.example", "huber", "php", "own", "it")
    assert read_manifest(manifest()) == {site.name: site}
    assert read_manifest(manifest(state="suspended")) == {site.name: site}
    assert read_manifest(manifest(state="absent")) == {}
    assert read_manifest(manifest(language="tlh"))[site.name].language == "en"


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", '{"format": 2, "notes": {}}', '{"format": 1}',
        manifest(customer="hu*ber"), manifest(customer="../x"),
        manifest(customer=7), manifest().replace("www.huber.example", "a/../b.example"),
        manifest().replace("www.huber.example", "huber"), manifest().replace("www.huber.example", "a.b)(uid=*"),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(UnknownManifestError):
        read_manifest(text)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings for a directory of the test."""
    return Settings(
        shared_log="/nowhere", own_logs="/nowhere", state=str(tmp_path), published=str(tmp_path / "published"),
        locales="/nowhere", templates=str(TEMPLATES), web_root="/srv/www",
        home_attribute="homeDirectory", provider="Huber & Söhne <Hosting>",
        log_days=14, days=365, memory_mb=512,
    )  # fmt: skip


def site(name: str, customer: str = "huber", language: str = "de") -> Site:
    """Return a site."""
    return Site(name, customer, "static", "shared", language)


def test_pages_are_written_once_and_swept(settings: Settings, tmp_path: Path) -> None:
    first, second = site("a.example"), site("b.example", "mayr")
    pages = Pages(settings)
    pages.publish([first, second])
    published = tmp_path / "published"
    rule = (published / "a.example" / ".htaccess").read_text("utf-8")
    assert "Require ldap-filter |(homeDirectory=/srv/www/huber)(homeDirectory=/srv/www/huber/a.example)\n" in rule
    before = {path: path.stat().st_ino for path in published.rglob("*")}
    pages.publish([first, second])
    assert {path: path.stat().st_ino for path in published.rglob("*")} == before
    pages.publish([second])
    assert not (published / "a.example").exists()
    assert not (published / "customers" / "huber").exists()
    assert (published / "b.example" / "privacy.html").exists()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_texts_of_all_languages_are_complete(settings: Settings, tmp_path: Path, language: str) -> None:
    Pages(settings).publish([site("a.example", language=language)])
    notice = (tmp_path / "published" / "a.example" / "privacy.html").read_text("utf-8")
    assert f'<html lang="{language}">' in notice
    assert "Huber &amp; Söhne &lt;Hosting&gt;" in notice
    assert "{" not in notice.partition("</style>")[2]
    texts = LANGUAGES[language]
    for found in (texts, texts.privacy):
        for field in dataclasses.fields(found):
            assert getattr(found, field.name), field.name
    assert len(texts.privacy.logged_items) == len(LANGUAGES["en"].privacy.logged_items)
    assert len(texts.privacy.statistics_items) == len(LANGUAGES["en"].privacy.statistics_items)
