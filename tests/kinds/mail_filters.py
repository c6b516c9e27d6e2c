# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sieve scripts, stored as ManageSieve does and read as text."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .world import OWN, Customer, give


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the home of an address, and where the scripts lie in it."""
    if layout == OWN:
        return {"home": f"{root}/mail/{{domain}}/{{local}}"}
    return {"home": f"{root}/vmail/{{address}}", "scripts": "scripts/sieve", "active": "filter/.active"}


def top(root: Path, layout: str, address: str) -> Path:
    """Return the home of an address."""
    local, _at, domain = address.partition("@")
    return root / "mail" / domain / local if layout == OWN else root / "vmail" / address


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Store a script for each text, the first of them in use."""
    home = top(root, layout, customer.address)
    scripts, active = (
        (home / "sieve", home / ".dovecot.sieve")
        if layout == OWN
        else (home / "scripts/sieve", home / "filter/.active")
    )
    scripts.mkdir(parents=True)
    active.parent.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (scripts / f"{number}.sieve").write_text(f"# {text}\nkeep;\n", "utf-8")
    active.symlink_to(scripts / "0.sieve")
    give(home)


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the directory above all."""
    (root / ("mail" if layout == OWN else "vmail")).mkdir(exist_ok=True)


def plant_former(root: Path, layout: str, address: str, text: str) -> None:
    """Store a script of what was a mailbox before."""
    scripts = top(root, layout, address) / ("sieve" if layout == OWN else "scripts/sieve")
    scripts.mkdir(parents=True)
    (scripts / "0.sieve").write_text(f"# {text}\nkeep;\n", "utf-8")
    give(top(root, layout, address))


def attack(root: Path, layout: str, customer: Customer, victim: Customer) -> None:
    """Lay a link to a script of another address."""
    below = "sieve" if layout == OWN else "scripts/sieve"
    scripts, theirs = (top(root, layout, one.address) / below for one in (customer, victim))
    (scripts / "link.sieve").symlink_to(theirs / "0.sieve")
    os.mkfifo(scripts / "fifo.sieve")


def close(root: Path, layout: str, customer: Customer) -> None:
    """Close a script."""
    (top(root, layout, customer.address) / ("sieve" if layout == OWN else "scripts/sieve") / "1.sieve").chmod(0)


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return the first comment of each script; the list beside them has to name them, and the one in use."""
    folder = payload / "mail" / customer.address / "sieve"
    if not folder.exists():
        return {customer.address: []}
    listed = json.loads((folder / "scripts.json").read_text("utf-8"))
    assert sorted(one["file"] for one in listed) == sorted(path.name for path in folder.glob("*.sieve"))
    assert [one["name"] for one in listed if one["active"]] == ["0"]
    texts = (path.read_text("utf-8").splitlines()[0] for path in folder.glob("*.sieve"))
    return {customer.address: sorted(text.removeprefix("# ") for text in texts)}
