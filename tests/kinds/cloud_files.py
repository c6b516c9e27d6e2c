# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of an address, stored as the cloud does and read with tar."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .world import OWN, Customer, give, unpacked


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the directory of an address."""
    if layout == OWN:
        return {"files": f"{root}/cloud/{{address}}/files", "uploads": f"{root}/cloud/{{address}}/uploads"}
    return {"files": f"{root}/nextcloud/{{local}}.{{domain}}"}


def top(root: Path, layout: str, address: str) -> Path:
    """Return the directory of an address."""
    return root / "cloud" / address / "files" if layout == OWN else root / "nextcloud" / address.replace("@", ".")


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Store a file for each text, whose name it is as well."""
    folder = top(root, layout, customer.address) / "Fotos"
    folder.mkdir(parents=True)
    for text in texts:
        (folder / text.replace("/", "_")).write_text(text, "utf-8")
    give(top(root, layout, customer.address))


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the directory above all."""
    (root / ("cloud" if layout == OWN else "nextcloud")).mkdir(exist_ok=True)


def plant_former(root: Path, layout: str, address: str, text: str) -> None:
    """Store a file of an address that had a cloud account before."""
    folder = top(root, layout, address)
    folder.mkdir(parents=True)
    (folder / "left.txt").write_text(text, "utf-8")
    give(folder)


def attack(root: Path, layout: str, customer: Customer, victim: Customer) -> None:
    """Lay links to the files of another address."""
    folder, theirs = top(root, layout, customer.address) / "Fotos", top(root, layout, victim.address)
    (folder / "tree").symlink_to(theirs)
    (folder / "folder").symlink_to(theirs / "Fotos")
    os.mkfifo(folder / "fifo")


def close(root: Path, layout: str, customer: Customer) -> None:
    """Close a folder with all that is in it."""
    (top(root, layout, customer.address) / "Fotos").chmod(0)


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return what is in the files."""
    archive = payload / "cloud" / customer.address / "files.tar"
    if not archive.exists():
        return {customer.address: []}
    files = unpacked(archive, payload.parent / f"{customer.name}.cloud").rglob("*")
    return {
        customer.address: sorted(path.read_text("utf-8") for path in files if path.is_file() and not path.is_symlink())
    }
