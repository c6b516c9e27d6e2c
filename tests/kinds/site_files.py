# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a site, written as its customer does and read with tar."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .world import OWN, Customer, give, unpacked


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the root of managed sites; what others lie in, the register says."""
    return {"root": f"{root}/www"} if layout == OWN else {}


def top(root: Path, layout: str, customer: Customer) -> Path:
    """Return the directory of a site."""
    return root / "www" / customer.name / customer.domain if layout == OWN else root / "vhosts" / customer.domain


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Make a page for each text."""
    pages = top(root, layout, customer) / "htdocs"
    pages.mkdir(parents=True)
    for number, text in enumerate(texts):
        (pages / f"{number}.html").write_text(text, "utf-8")
    give(top(root, layout, customer))


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the directory of a site into which nobody has put anything."""
    (top(root, layout, customer) / "htdocs").mkdir(parents=True)


def attack(root: Path, layout: str, customer: Customer, victim: Customer) -> None:
    """Lay links to the files of another customer, and what never ends."""
    pages, theirs = top(root, layout, customer) / "htdocs", top(root, layout, victim)
    (pages / "link").symlink_to(theirs / "htdocs" / "0.html")
    (pages / "tree").symlink_to(theirs)
    (pages / "up").symlink_to("../../../..")
    os.mkfifo(pages / "fifo")
    with (pages / "sparse").open("wb") as file:
        file.truncate(1 << 24)


def close(root: Path, layout: str, customer: Customer) -> None:
    """Close a page, as scanners do."""
    (top(root, layout, customer) / "htdocs" / "1.html").chmod(0)


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return what is in the pages."""
    archive = payload / "sites" / customer.domain / "files.tar"
    pages = unpacked(archive, payload.parent / f"{customer.name}.site") if archive.exists() else payload / "none"
    return {customer.domain: sorted(path.read_text("utf-8") for path in pages.rglob("*.html") if not path.is_symlink())}
