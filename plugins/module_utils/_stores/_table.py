# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All stores: the data map as code. A kind of `_kinds.py` has a store here, and nothing else has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ._model import Place, Store
from .chat_log import ChatLog
from .cloud_log import CloudLog
from .file_transfer_log import FileTransferLog
from .mail_log import MailLog
from .mail_login_log import MailLoginLog
from .web_access_log import WebAccessLog
from .web_error_log import WebErrorLog

STORES: Final[Mapping[str, Callable[[Place], Store]]] = {
    "chat_log": ChatLog,
    "cloud_log": CloudLog,
    "file_transfer_log": FileTransferLog,
    "mail_log": MailLog,
    "mail_login_log": MailLoginLog,
    "web_access_log": WebAccessLog,
    "web_error_log": WebErrorLog,
}
