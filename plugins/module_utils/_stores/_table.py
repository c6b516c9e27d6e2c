# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All stores: the data map as code. A kind of `_kinds.py` has a store here, and nothing else has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ._model import Place, Store
from .chat_account import ChatAccount
from .contacts_calendars import ContactsCalendars
from .credentials import Credentials
from .mail_filters import MailFilters
from .mail_queue import MailQueue
from .webmail_settings import WebmailSettings

STORES: Final[Mapping[str, Callable[[Place], Store]]] = {
    "chat_account": ChatAccount,
    "contacts_calendars": ContactsCalendars,
    "credentials": Credentials,
    "mail_filters": MailFilters,
    "mail_queue": MailQueue,
    "webmail_settings": WebmailSettings,
}
