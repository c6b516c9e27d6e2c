# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages say, one instance for each language. In privacy notices, ``{site}`` and the like are filled in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A privacy notice for the visitors of a site."""

    title: str
    intro: str
    logged_title: str
    logged: str
    logged_items: tuple[str, ...]
    logged_errors: str
    logged_errors_php: str
    purpose_title: str
    purpose: str
    kept_title: str
    kept: str
    statistics_title: str
    statistics: str
    statistics_items: tuple[str, ...]
    statistics_kept: str
    limits_title: str
    limits: str
    rights_title: str
    rights: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts in one language."""

    statistics: str
    of_site: str
    your_sites: str
    report: str
    report_hint: str
    no_report: str
    notice: str
    notice_hint: str
    download: str
    privacy: Notice
