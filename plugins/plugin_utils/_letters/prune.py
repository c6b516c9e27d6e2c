# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes letters that are old enough; never what is pending."""

from __future__ import annotations

from collections import defaultdict

from .store import SUFFIXES, LetterStore

_DAY = 86400


def prune_letters(store: LetterStore | None, days: int, *, now: float, write: bool) -> list[str]:
    """Remove the letters that were last changed more than ``days`` days before ``now``; return whose."""
    if store is None:
        return []
    forms: dict[str, set[str]] = defaultdict(set)
    newest: dict[str, float] = {}
    for customer, suffix, changed in store.letters():
        forms[customer].add(suffix)
        newest[customer] = max(changed, newest.get(customer, changed))
    old = [customer for customer in sorted(newest) if now - newest[customer] > days * _DAY]
    for customer in old if write else ():
        for suffix in SUFFIXES:
            if suffix in forms[customer]:
                store.remove_letter(customer, suffix)
    return old
