# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, sizes and dates as people write them."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.languages.table import LANGUAGES

GERMAN, ENGLISH = LANGUAGES["de"].notation, LANGUAGES["en"].notation


@pytest.mark.parametrize(
    ("size", "german", "english"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1000, "1,0 KB", "1.0 KB"),
        (23_456, "23,5 KB", "23.5 KB"),
        (845_499, "845 KB", "845 KB"),
        (999_499, "999 KB", "999 KB"),
        (999_500, "1,0 MB", "1.0 MB"),
        (1_431_655_765, "1,4 GB", "1.4 GB"),
        (99_960_000_000, "100,0 GB", "100.0 GB"),
        (5 * 10**15, "5,0 PB", "5.0 PB"),
        (1234 * 10**15, "1.234 PB", "1,234 PB"),
    ],
)
def test_sizes(size: int, german: str, english: str) -> None:
    """In thousands, with one decimal place where it says something."""
    assert GERMAN.size(size) == german.replace(" ", "\u00a0")
    assert ENGLISH.size(size) == english.replace(" ", "\u00a0")


def test_numbers() -> None:
    """In groups of three."""
    assert GERMAN.number(1_234_567) == "1.234.567"
    assert ENGLISH.number(1_234_567) == "1,234,567"
    assert GERMAN.number(12) == "12"


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("de", "09.03.2026", "Mär 2026"),
        ("en", "9 Mar 2026", "Mar 2026"),
        ("it", "09/03/2026", "mar 2026"),
        ("es", "09/03/2026", "mar 2026"),
    ],
)
def test_dates(language: str, day: str, month: str) -> None:
    """In the order of the language."""
    notation = LANGUAGES[language].notation
    assert notation.day("2026-03-09T23:59:59Z").replace("\u00a0", " ") == day
    assert notation.month("2026-03") == month.replace(" ", "\u00a0")


def test_what_is_no_date_stays() -> None:
    """A file may have been given the year 100."""
    assert GERMAN.day("100-01-01T00:00:00Z") == "100-01-01T00:00:00Z"
