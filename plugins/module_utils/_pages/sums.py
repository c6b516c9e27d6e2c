# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums and spans over items, and how documents are written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any


def earliest(items: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the time of the oldest thing, in ISO 8601."""
    return min((item["oldest"] for item in items if item["oldest"] is not None), default=None)


def latest(items: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the time of the newest thing, in ISO 8601."""
    return max((item["newest"] for item in items if item["newest"] is not None), default=None)


def to_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as it is written to a file.

    A byte of a file name that is not UTF-8 is a lone surrogate (PEP 383), which backslashreplace turns into just the
    escape that JSON has for it.
    """
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
