# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All stores: the data map as code. A kind of `_kinds.py` has a store here, and nothing else has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .._data_model.place import Place
from ._base import Store
from .chat_account import ChatAccount
from .chat_log import ChatLog
from .cloud_files import CloudFiles
from .cloud_log import CloudLog
from .contacts_calendars import ContactsCalendars
from .credentials import Credentials
from .databases import Databases
from .file_transfer_log import FileTransferLog
from .mail_filters import MailFilters
from .mail_log import MailLog
from .mail_login_log import MailLoginLog
from .mail_messages import MailMessages
from .mail_queue import MailQueue
from .site_files import SiteFiles
from .web_access_log import WebAccessLog
from .web_error_log import WebErrorLog
from .web_statistics import WebStatistics
from .webmail_settings import WebmailSettings

STORES: Final[Mapping[str, Callable[[Place], Store]]] = {
    "site_files": SiteFiles,
    "databases": Databases,
    "web_access_log": WebAccessLog,
    "web_error_log": WebErrorLog,
    "web_statistics": WebStatistics,
    "mail_messages": MailMessages,
    "mail_filters": MailFilters,
    "webmail_settings": WebmailSettings,
    "mail_queue": MailQueue,
    "mail_log": MailLog,
    "mail_login_log": MailLoginLog,
    "credentials": Credentials,
    "contacts_calendars": ContactsCalendars,
    "cloud_files": CloudFiles,
    "cloud_log": CloudLog,
    "chat_account": ChatAccount,
    "chat_log": ChatLog,
    "file_transfer_log": FileTransferLog,
}
