# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the data map (docs/architecture.md): every kind of data, and the groups of hosts on which it is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from .._data_model.selection import Selection

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "site_files": ("hosting_web",),
    "databases": ("hosting_database",),
    "web_access_log": ("hosting_web",),
    "web_error_log": ("hosting_web",),
    "web_statistics": ("hosting_web",),
    "mail_messages": ("hosting_mail",),
    "mail_filters": ("hosting_mail",),
    "webmail_settings": ("hosting_webmail",),
    "mail_queue": ("hosting_mail",),
    "mail_log": ("hosting_mail",),
    "mail_login_log": ("hosting_mail", "hosting_webmail"),
    "credentials": ("hosting_directory",),
    "contacts_calendars": ("hosting_cloud",),
    "cloud_files": ("hosting_cloud",),
    "cloud_log": ("hosting_cloud",),
    "chat_account": ("hosting_chat",),
    "chat_log": ("hosting_chat",),
    "file_transfer_log": ("hosting_web",),
}

_OF_SITES = frozenset({"site_files", "web_access_log", "web_error_log", "web_statistics"})
_OF_MAILBOXES = frozenset({"mail_messages", "mail_filters", "webmail_settings"})
_OF_CLOUD = frozenset({"contacts_calendars", "cloud_files"})

# What leaves it meanwhile comes into another store, and would be in neither if that were read first.
_READ_FIRST = "mail_queue"


def in_reading_order(kinds: Iterable[str]) -> list[str]:
    """Return kinds in the order in which their stores have to be read."""
    return sorted(kinds, key=lambda kind: kind != _READ_FIRST)


def items_of(kind: str, selection: Selection) -> list[str]:
    """Return the items that a store of ``kind`` delivers of a customer; without a name, the customer as a whole."""
    if kind in _OF_SITES:
        return [site.name for site in selection.sites]
    if kind == "databases":
        return [database.name for database in selection.databases]
    if kind in _OF_MAILBOXES:
        return [mailbox.name for mailbox in selection.mailboxes if mailbox.keep_copy]
    if kind in _OF_CLOUD:
        return [mailbox.name for mailbox in selection.mailboxes if mailbox.cloud]
    if kind == "chat_account":
        return [mailbox.name for mailbox in selection.mailboxes if mailbox.chat]
    return [""]
