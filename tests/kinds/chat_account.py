# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts of a chat account, stored as Prosody does and read as XEP-0227."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from .world import OWN, Customer

_ITEM = "{jabber:iq:roster}item"


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the directory of the storage, and what the account of an address is called."""
    if layout == OWN:
        return {"data": f"{root}/prosody"}
    return {"data": f"{root}/xmpp/data", "jid": "{local}@chat.{domain}"}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Store a contact for each text."""
    host = customer.domain if layout == OWN else f"chat.{customer.domain}"
    folder = root / ("prosody" if layout == OWN else "xmpp/data") / host.replace(".", "%2e")
    for name in ("accounts", "roster"):
        (folder / name).mkdir(parents=True)
    (folder / "accounts" / "office.dat").write_text('return {\n\t["created"] = 1795602565;\n};\n', "utf-8")
    contacts = "".join(
        f'\t["{number}@outside.example"] = {{ ["name"] = {_quoted(text)}; ["subscription"] = "both"; }};\n'
        for number, text in enumerate(texts)
    )
    (folder / "roster" / "office.dat").write_text(f"return {{\n{contacts}}};\n", "utf-8")


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the directory of the storage."""
    (root / ("prosody" if layout == OWN else "xmpp/data")).mkdir(parents=True, exist_ok=True)


def _quoted(text: str) -> str:
    """Return a string of Lua, each byte by its number."""
    return '"' + "".join(f"\\{byte:03d}" for byte in text.encode()) + '"'


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return what the contacts are called."""
    path = payload / "chat" / f"{customer.address}.xml"
    items = ET.parse(path).iter(_ITEM) if path.exists() else []  # noqa: S314 - our own, of this test
    return {customer.address: sorted(item.get("name", "") for item in items)}
