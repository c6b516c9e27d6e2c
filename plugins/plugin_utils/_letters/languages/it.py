# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Italian."""

from __future__ import annotations

from .strings import Strings

ITALIAN = Strings(
    title="I Suoi dati di accesso",
    greeting="Buongiorno,",
    introduction=(
        "con questi dati può accedere alla Sua posta elettronica, ai Suoi file e alle Sue banche dati. Li "
        "inserisca nei Suoi programmi esattamente come sono scritti qui: maiuscole e minuscole sono "
        "diverse, e i trattini fanno parte della password."
    ),
    sections={"mailbox": "Posta elettronica", "file_login": "File", "database": "Banche dati"},
    user="Nome utente",
    password="Password",  # noqa: S106  # a label
    unchanged="invariata, come l'ha impostata Lei",
    service="Servizio",
    server="Server",
    port="Porta",
    security="Crittografia",
    services={
        "imap": "Posta in arrivo (IMAP)",
        "submission": "Posta in uscita (SMTP)",
        "webmail": "Webmail nel browser",
        "cloud": "Archivio file nel browser",
        "webdav": "Archivio file (WebDAV)",
        "caldav": "Calendari (CalDAV)",
        "carddav": "Contatti (CardDAV)",
        "xmpp": "Chat (XMPP)",
        "ftp": "File (FTP con TLS)",
        "sftp": "File (SFTP)",
        "statistics": "Statistiche delle visite nel browser",
        "database": "Banca dati (MariaDB)",
        "database_tool": "Amministrazione nel browser",
    },
    securities={
        "tls": "SSL/TLS",
        "starttls": "STARTTLS",
        "explicit": "TLS esplicito (FTPES)",
        "socket": "locale, sul server web",
    },
    advice_title="Importante",
    advice=(
        ("Conservi questo foglio come una chiave e non comunichi le password a nessuno. Noi non le chiediamo mai."),
        (
            "La nostra copia di questa lettera viene cancellata dopo breve tempo; da quel momento non "
            "conosciamo più le Sue password. Se ne perde una, gliene diamo una nuova."
        ),
    ),
)
