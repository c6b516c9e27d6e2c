# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of statistics, written as GoAccess does and read as a browser does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from .world import OWN, Customer, give


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return where the pages of a site lie."""
    if layout == OWN:
        return {"pages": f"{root}/published/{{domain}}", "database": f"{root}/sites/{{customer}}/{{domain}}"}
    return {"pages": f"{root}/awstats/{{domain}}"}


def top(root: Path, layout: str, customer: Customer) -> Path:
    """Return where the pages of a site lie."""
    return root / ("published" if layout == OWN else "awstats") / customer.domain


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Write a page for each text."""
    pages = top(root, layout, customer)
    pages.mkdir(parents=True)
    for number, text in enumerate(texts):
        shown = text.replace("&", "&amp;").replace("<", "&lt;")
        (pages / f"2026-{number + 1:02d}.html").write_text(f"<!DOCTYPE html><title>{shown}</title>", "utf-8")
    give(pages)


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the directory above."""
    top(root, layout, customer).parent.mkdir(parents=True, exist_ok=True)


def close(root: Path, layout: str, customer: Customer) -> None:
    """Close a page."""
    (top(root, layout, customer) / "2026-02.html").chmod(0)


class _Title(HTMLParser):
    text = ""

    def handle_data(self, data: str) -> None:
        """Take the title."""
        self.text += data


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return the titles of the pages."""
    titles = []
    for path in (payload / "sites" / customer.domain / "statistics").glob("*.html"):
        page = _Title()
        page.feed(path.read_text("utf-8"))
        titles.append(page.text)
    return {customer.domain: sorted(titles)}
