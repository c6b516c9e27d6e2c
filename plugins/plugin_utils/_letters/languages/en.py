# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""English."""

from __future__ import annotations

from .strings import Strings

ENGLISH = Strings(
    title="Your access details",
    greeting="Hello,",
    introduction=(
        "These details give you access to your e-mail, your files and your databases. Enter them exactly "
        "as they stand here: capital and small letters are different, and the hyphens are part of the "
        "password."
    ),
    sections={"mailbox": "E-mail", "file_login": "Files", "database": "Databases"},
    user="User name",
    password="Password",  # noqa: S106  # a label
    unchanged="unchanged, as you set it",
    service="Service",
    server="Server",
    port="Port",
    security="Encryption",
    services={
        "imap": "Incoming mail (IMAP)",
        "submission": "Outgoing mail (SMTP)",
        "webmail": "Webmail in the browser",
        "cloud": "File storage in the browser",
        "webdav": "File storage (WebDAV)",
        "caldav": "Calendars (CalDAV)",
        "carddav": "Contacts (CardDAV)",
        "xmpp": "Chat (XMPP)",
        "ftp": "Files (FTP with TLS)",
        "sftp": "Files (SFTP)",
        "statistics": "Visitor statistics in the browser",
        "database": "Database (MariaDB)",
        "database_tool": "Administration in the browser",
    },
    securities={
        "tls": "SSL/TLS",
        "starttls": "STARTTLS",
        "explicit": "explicit TLS (FTPES)",
        "socket": "local on the web server",
    },
    advice_title="Please note",
    advice=(
        ("Keep this sheet like a key, and pass the passwords on to nobody. We never ask for them."),
        (
            "Our copy of this letter is deleted after a short time, and from then on we do not know your "
            "passwords. If you lose one, we give you a new one."
        ),
    ),
)
