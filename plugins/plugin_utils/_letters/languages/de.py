# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

from .strings import Strings

GERMAN = Strings(
    title="Ihre Zugangsdaten",
    greeting="Guten Tag,",
    introduction=(
        "mit diesen Angaben erreichen Sie Ihre E-Mail, Ihre Dateien und Ihre Datenbanken. Tragen Sie sie "
        "so in Ihre Programme ein, wie sie hier stehen; Groß- und Kleinbuchstaben werden unterschieden, "
        "die Bindestriche gehören zum Passwort."
    ),
    sections={"mailbox": "E-Mail", "file_login": "Dateien", "database": "Datenbanken"},
    user="Benutzername",
    password="Passwort",  # noqa: S106  # a label
    unchanged="unverändert, wie Sie es festgelegt haben",
    service="Dienst",
    server="Server",
    port="Port",
    security="Verschlüsselung",
    services={
        "imap": "Posteingang (IMAP)",
        "submission": "Postausgang (SMTP)",
        "webmail": "Webmail im Browser",
        "cloud": "Dateiablage im Browser",
        "webdav": "Dateiablage (WebDAV)",
        "caldav": "Kalender (CalDAV)",
        "carddav": "Kontakte (CardDAV)",
        "xmpp": "Chat (XMPP)",
        "ftp": "Dateien (FTP mit TLS)",
        "sftp": "Dateien (SFTP)",
        "statistics": "Besucherstatistik im Browser",
        "database": "Datenbank (MariaDB)",
        "database_tool": "Verwaltung im Browser",
    },
    securities={
        "tls": "SSL/TLS",
        "starttls": "STARTTLS",
        "explicit": "explizites TLS (FTPES)",
        "socket": "lokal auf dem Webserver",
    },
    advice_title="Bitte beachten",
    advice=(
        (
            "Bewahren Sie dieses Blatt so auf wie einen Schlüssel, und geben Sie die Passwörter nicht "
            "weiter. Wir fragen nie danach."
        ),
        (
            "Unsere Kopie dieses Briefes wird nach kurzer Zeit gelöscht, und wir kennen Ihre Passwörter "
            "dann nicht mehr. Geht eines verloren, bekommen Sie von uns ein neues."
        ),
    ),
)
