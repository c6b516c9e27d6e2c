# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data map: every kind of data, in the order of pages and reports. All other tables are made of this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._base import Store
from .backup_copies import BackupCopies
from .chat_account import ChatAccount
from .chat_log import ChatLog
from .cloud_files import CloudFiles
from .cloud_log import CloudLog
from .contacts_calendars import ContactsCalendars
from .credentials import Credentials
from .customer_record import CustomerRecord
from .databases import Databases
from .file_transfer_log import FileTransferLog
from .mail_filters import MailFilters
from .mail_log import MailLog
from .mail_login_log import MailLoginLog
from .mail_messages import MailMessages
from .mail_queue import MailQueue
from .site_files import SiteFiles
from .system_traces import SystemTraces
from .web_access_log import WebAccessLog
from .web_error_log import WebErrorLog
from .web_statistics import WebStatistics
from .webmail_settings import WebmailSettings

_ROWS: Final[tuple[type[Store], ...]] = (
    SiteFiles,
    Databases,
    WebAccessLog,
    WebErrorLog,
    WebStatistics,
    MailMessages,
    MailFilters,
    WebmailSettings,
    MailQueue,
    MailLog,
    MailLoginLog,
    Credentials,
    ContactsCalendars,
    CloudFiles,
    CloudLog,
    ChatAccount,
    ChatLog,
    FileTransferLog,
    CustomerRecord,
    SystemTraces,
    BackupCopies,
)
STORES: Final[Mapping[str, type[Store]]] = {store.kind: store for store in _ROWS}
# Those that lie on hosts, where `hosting_stores` says.
ON_HOSTS: Final[Mapping[str, type[Store]]] = {kind: store for kind, store in STORES.items() if store.groups}
# Those that customers read of.
SHOWN: Final[Mapping[str, type[Store]]] = {
    kind: store for kind, store in STORES.items() if store.columns() or store.is_only_listed
}
