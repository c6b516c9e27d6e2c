# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""English."""

from __future__ import annotations

from .strings import DownloadTexts, LoginTexts, Texts

_LOGINS = LoginTexts(
    title="Your access details",
    greeting="Hello,",
    introduction=(
        "These details give you access to your e-mail, your files and your databases. Enter them exactly "
        "as they stand here: capital and small letters are different, and the hyphens are part of the "
        "password."
    ),
    steps_title="First steps",
    see_site=(
        "Open {url} in a browser: this is your website. If it does not appear, your domain does not lead to us yet; "
        "the end of this letter says what has to be entered for that."
    ),
    upload=(
        "Put your pages into the folder {folder} with a program for SFTP, such as FileZilla. The start page is called "
        "index.html or index.php."
    ),
    read_mail="Read your e-mail in the browser right away: {url}. Settings for mail programs are further below.",
    change_password=(  # noqa: S106  # a sentence
        "You can change the password of an e-mail address yourself, in the webmail under 'Settings' and 'Password'. "
        "The new one then counts for everything that belongs to this address."
    ),
    sites="Your websites",
    addresses="Your e-mail addresses",
    address="Address",
    also="Also reached as",
    folder="Folder for the pages",
    statistics="Visitor statistics",
    forwarded="Forwarded to",
    room="Room",
    no_limit="unlimited",
    no_mailbox="none; only a forwarding",
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
    fingerprints=(
        "When you connect by SFTP for the first time, your program shows the fingerprint of the server. It has to be: "
        "{fingerprints}"
    ),
    local_database=(
        "These details belong into the settings of the web application that uses this database: to it, {host} is our "
        "server. The database cannot be reached from outside."
    ),
    records_title="Where your domains have to lead",
    records="If you or somebody else looks after these domains, this has to be entered there. If we do, we enter it.",
    record_name="Name",
    record_type="Type",
    record_value="Value",
    same_as="as {server}",
    advice_title="Please note",
    advice=(
        ("Keep this sheet like a key, and pass the passwords on to nobody. We never ask for them."),
        (
            "Our copy of this letter is deleted after a short time, and from then on we do not know your "
            "passwords. If you lose one, we give you a new one."
        ),
    ),
)

_DOWNLOAD = DownloadTexts(
    title="Your data are ready for you",
    introduction=(
        "As you asked, we have put your data together in one archive. You can download it with this link until "
        "{until}. You do not have to log in."
    ),
    link="Link",
    until="Valid until",
    file="File",
    size="Size",
    digest="Checksum (SHA-256)",
    steps_title="How to open the archive",
    download=(
        "Download the file, and make sure that there is enough room on your computer: you need at least twice its "
        "size. If the download breaks off, your browser can resume it instead of starting again."
    ),
    check=(
        "If you want to be sure that everything has arrived, run `sha256sum {file}` in a terminal (on a Mac `shasum "
        "-a 256 {file}`, on Windows `certutil -hashfile {file} SHA256`). It has to show the checksum that stands "
        "above."
    ),
    decrypt={
        ".age": (
            "The file is encrypted to you. Decrypt it with your key: `age --decrypt --identity KEY_FILE --output "
            "{archive} {file}`."
        ),
        ".gpg": (
            "The file is encrypted to you. Decrypt it with your OpenPGP key, for instance in Kleopatra or with `gpg "
            "--output {archive} --decrypt {file}`."
        ),
    },
    unpack=(
        "Unpack the archive: on Windows with 7-Zip, on a Mac with a double click, in a terminal with `tar -xf "
        "{archive}`."
    ),
    unpack_zst=(
        "Unpack the archive: on Windows with 7-Zip (from version 24 on), on a Mac with Keka, in a terminal with `tar "
        "--zstd -xf {archive}`."
    ),
    start=(
        "Open the file `data/index.html` in the unpacked folder. It shows what is inside, what is not and why, and "
        "how to go on using each part."
    ),
    advice_title="Please note",
    advice=(
        "Whoever has this link can download the archive. Do not pass it on.",
        "After {until} the link does not work any more. If you need a new one then, just tell us.",
        (
            "The archive holds your messages, your contacts and the data of your own customers as well. Keep it in a "
            "safe place."
        ),
    ),
    your_provider="your provider",
    questions="Questions?",
    ask="Please ask {provider}: {ask}",
)

TEXTS = Texts(_LOGINS, _DOWNLOAD)
