# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data kinds in the order of the data map, and what people count them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

UNITS: Final[Mapping[str, str]] = {
    "site_files": "files",
    "databases": "rows",
    "web_access_log": "lines",
    "web_error_log": "lines",
    "web_statistics": "files",
    "mail_messages": "messages",
    "mail_filters": "files",
    "webmail_settings": "entries",
    "mail_queue": "messages",
    "mail_log": "lines",
    "mail_login_log": "lines",
    "credentials": "entries",
    "contacts_calendars": "entries",
    "cloud_files": "files",
    "cloud_log": "lines",
    "chat_account": "entries",
    "chat_log": "lines",
    "file_transfer_log": "lines",
    "customer_record": "entries",
    "backup_copies": "entries",
}
KINDS: Final = tuple(UNITS)
