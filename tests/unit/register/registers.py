# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registers for the tests of this directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.errors import Error, RegisterReport
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import Register, validate
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.yaml_text import read_text

ROOT = Path(__file__).resolve().parents[3]


def source(text: str, customer: str = "alpenverein") -> dict[str, Any]:
    """Return what the lookup would return for a file of that text."""
    lines: dict[str, int] = {}
    report = RegisterReport(customer, f"{customer}.yml", lines)
    data = read_text(text, report, lines)
    return {
        "file": report.file,
        "customer": customer,
        "data": data,
        "lines": lines,
        "names": [],
        "errors": report.errors,
    }


def text_of(customer: str = "alpenverein", more: str = "", mailbox: str = "") -> str:
    """Return a good file. ``mailbox`` continues its only mailbox, in line 7; ``more`` follows."""
    return (
        f"customer: {customer}\n"
        f"name: Customer {customer}\n"
        "contact: owner@elsewhere.example\n"
        "language: de\n"
        "mailboxes:\n"
        f"  - address: office@{customer}.example\n"
        f"{mailbox}{more}"
    )


def checked(more: str = "", mailbox: str = "", customer: str = "alpenverein", **settings: Any) -> Register:
    """Return the register of one file."""
    return validate([source(text_of(customer, more, mailbox), customer)], **settings)


def customer_of(more: str = "", mailbox: str = "", **settings: Any) -> dict[str, Any]:
    """Return the only customer, of a file that must be good."""
    register = checked(more, mailbox, **settings)
    assert register["errors"] == []
    return register["customers"][0]


def only_error(register: Register) -> Error:
    """Return the only error."""
    assert len(register["errors"]) == 1, register["errors"]
    assert register["customers"] == []
    return register["errors"][0]
