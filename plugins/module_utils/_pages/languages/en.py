# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""English."""

from __future__ import annotations

from ..formats import Notation
from .strings import BagTexts, CountUnit, KindTexts, ReportTexts, Texts, Words

_NOTATION = Notation(
    decimal=".",
    group=",",
    date="{day}\u00a0{name}\u00a0{year}",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)

_WORDS = Words(
    your_provider="your provider",
    customer="Customer",
    made="As of",
    size="Size",
    count="Number",
    period="Period",
    item="What",
    all_of_it="Everything",
    contents="Contents",
    kind="Kind of data",
    sizes="At a glance",
    sizes_caption="How much there is of each kind of data",
    total="Total",
    empty="empty",
    questions="Questions?",
    ask="Please ask {provider}.",
    ask_contact="Please ask {provider}: {contact}",
)

_BAG = BagTexts(
    title="Your data",
    introduction=(
        "This archive holds the data that {provider} stored for you, as of {made}. It is yours: everything is in "
        "formats that other programs and other providers can read. This page tells what is inside and how to take "
        "each part elsewhere. It needs no internet connection."
    ),
    begin="Keep the archive in a safe place: it holds your messages, your contacts and your customers' data.",
    only="Only this was asked for: {names}.",
    files="Files",
    completeness_title="Completeness",
    completeness={
        "complete": "complete",
        "complete-with-exclusions": "complete, except for what is listed below",
    },
    months="Visits and mail by month",
    months_introduction="Counted from what is in this archive; logs are kept for a short time only.",
    visits_of="Visits to {site}",
    visits="Visits",
    mail="Mail",
    received="received",
    sent="sent",
    month="Month",
    site="Web site",
    chart="From {first} to {last}. The highest value is {highest}. All numbers are in the table below.",
    numbers="The numbers as a table",
    inside="What is inside",
    elsewhere="Taking it elsewhere",
    more_files="and {count} more, listed in `data.json`",
    lines=(
        "Lines handed out: {given}. "
        "Lines that mention you but are about somebody else: {withheld}. "
        "Lines that could not be understood: {unexplained}."
    ),
    left_out="Left out here: {count}",
    more_left_out="and {count} more, listed in `data.json`",
    not_inside="What is not inside, and why",
    not_inside_introduction="You have to be able to rely on an archive. So this is what you will not find in it:",
    absences={
        "not-asked-for": "It was not asked for.",
        "no-such-service": "Your provider does not offer this service.",
        "nothing-held": "There is nothing of this kind stored for you.",
        "listed-only": "Copies in backups, if there are any, are not in here; the data themselves are.",
        "never-handed-out": (
            "Passwords are never handed out, not even in encrypted form. You have them in your letters, or get new "
            "ones."
        ),
    },
    passwords="Passwords",
    exclusions="Single things that were left out",
    why="Reason",
    reasons={
        "special-file": "no file but a connection between programs (socket, pipe or device); nothing is stored in it",
        "vanished": "was deleted while the archive was being made",
        "changed": "was being changed while the archive was being made",
        "temporary": "temporary: sessions, caches, unfinished uploads",
        "index": "is made anew from what is in the archive",
        "secret": "a password that we made; it is in your letter",
        "shared": "concerns somebody else as well and may not be handed out",
        "nameless": "has lines that do not say whose they are; those are not handed out",
        "unread": (
            "is a log or lies beside one, and was not read, or not to its end: its name, packing or format is not "
            "known, or it is damaged; it may hold lines of yours"
        ),
        "unreadable": (
            "could not be read, or not to its end: it is closed, damaged, or kept in a form that we cannot read"
        ),
        "elsewhere": (
            "a link to something outside, or another disk: the link is in the archive, what it leads to is not"
        ),
        "sparse": ("is in the archive, but consists mostly of holes: unpack it with tar; 7-Zip does not understand it"),
        "compressed": ("in the archive as the server compressed it; unpack it before a mail program reads it"),
        "encrypted": "in the archive as the server encrypted it; only that server has the key",
        "broken": "does not work any more on the server: it is damaged, or something that it is made of is gone",
        "other-database": (
            "belongs to another database, without which it could not be loaded; a view stands at the end of "
            "the dump, as a remark"
        ),
        "history": (
            "former versions of rows, which the server kept by transaction and which no dump can hold; the "
            "rows of today are there"
        ),
    },
    others=(
        "Logs hold only the lines that concern you. What concerns other people is left out: of a message with "
        "several recipients, for instance, a recipient sees only their own delivery."
    ),
    verify="Checking that nothing is damaged",
    verify_introduction=(
        "The archive follows the BagIt standard (RFC 8493). Beside the folder of this page lies "
        "`manifest-sha256.txt`: a list of all files, each with its fingerprint (SHA-256). If even one character of a "
        "file changes, its fingerprint is another. Open a terminal in the folder that holds the list, and run:"
    ),
    verify_manifest=(
        "Every line has to end with 'OK'. On a Mac the command is `shasum -a 256 --check manifest-sha256.txt`; on "
        "Windows, `certutil -hashfile FILE SHA256` shows the fingerprint of one file, to compare with the list."
    ),
    verify_tags="The list itself and the description of the archive are checked in the same way:",
    verify_bagit="Or let the tool of the Library of Congress check everything in one go (`pip install bagit`):",
    programs="For programs",
    programs_text="Everything on this page is in {file} as well, in a form that programs read.",
)

_REPORT = ReportTexts(
    title="The data we hold for you",
    introduction=(
        "This is what {provider} held for you on {made}: of which kind, how much, since when, and for how long. "
        "Technical copies inside the services, such as search indexes, are not counted."
    ),
    kept="Kept for",
    kept_by_you="until you delete it",
    backup="Backup",
    backups={
        "shared": "shared backup",
        "separate": "backup of your own",
        "none": "in no backup",
        "not-set-up": "no backup is set up",
    },
    backup_note="What goes into which backup is shown as it is configured now.",
    no_backup_note=(
        "This system makes no backups at present. Whether there are some that are made in another way, your provider "
        "can tell you."
    ),
    place="Place on the server",
    completeness_title="Completeness",
    complete="Everything could be looked at",
    incomplete="Not everything could be looked at; see below",
    unknown="could not be looked at",
    left_out="Could not be looked at: {count}",
    held="What is held",
    not_held="What is not held",
    nothing="There is nothing of this kind stored for you.",
    no_service="Your provider does not offer this service.",
    not_looked_at="The server that holds this could not be asked. Please ask for a new report.",
    rights="What you can ask for",
    rights_text=(
        "You can have all of this handed over, in formats that other providers take in; and you can have it erased, "
        "as far as no law obliges us to keep it."
    ),
)

_SHEET = "The `.log` file is plain text; the `.csv` file opens in any spreadsheet, such as LibreOffice Calc or Excel."

TEXTS = Texts(
    language="en",
    notation=_NOTATION,
    words=_WORDS,
    bag=_BAG,
    report=_REPORT,
    units={
        "files": CountUnit("file", "files"),
        "rows": CountUnit("row", "rows"),
        "lines": CountUnit("line", "lines"),
        "messages": CountUnit("message", "messages"),
        "entries": CountUnit("entry", "entries"),
        "days": CountUnit("day", "days"),
    },
    kinds={
        "site_files": KindTexts(
            "Files of the web sites",
            "The files of each web site as they lie on the server, with names, times and permissions.",
            "Unpack `files.tar` (Windows: with 7-Zip) and upload the files to the new web space by SFTP or FTP. "
            "Applications such as WordPress need their database too; enter its new name and password in their "
            "configuration file.",
        ),
        "databases": KindTexts(
            "Databases",
            "One SQL dump for each database: tables with their contents, views, routines, triggers and events.",
            "Make an empty database at the new place and load the file: in phpMyAdmin with 'Import', in a terminal "
            "with `mariadb NEW_DATABASE < FILE.sql`.",
        ),
        "web_access_log": KindTexts(
            "Web access logs",
            "Who fetched which page and when: only the lines of your own web sites.",
            "The `.log` file has the combined log format, which GoAccess, AWStats and Matomo read; the `.csv` file "
            "opens in any spreadsheet.",
        ),
        "web_error_log": KindTexts(
            "Web error logs",
            "Errors that the web server and PHP reported for your web sites.",
            _SHEET,
        ),
        "web_statistics": KindTexts(
            "Visitor statistics",
            "The statistics of each web site, as you know them from the browser.",
            "Open the pages in any browser. A new provider begins statistics of its own; the old ones stay readable "
            "here.",
        ),
        "mail_messages": KindTexts(
            "Mail",
            "All messages of each mailbox, with folders and marks such as read, answered and flagged. Messages that "
            "were marked as deleted but not yet removed are in it too.",
            "`maildir.tar` holds a Maildir, in which every message is a file. Mail servers such as Dovecot take it "
            "as it is: give it to your new provider. To do it yourself, unpack it: `mbsync` uploads it to any IMAP "
            "mailbox, KMail and Evolution open it, and Thunderbird opens single messages whose names end with `.eml`.",
        ),
        "mail_filters": KindTexts(
            "Mail filters",
            "Your filter rules and out-of-office notices.",
            "The files are scripts in the standard language Sieve (RFC 5228). Upload them in the filter settings of "
            "the new webmail, or with any program for ManageSieve.",
        ),
        "webmail_settings": KindTexts(
            "Settings of the webmail",
            "Senders, signatures and settings of each address in the webmail.",
            "A text file in JSON, which any editor opens. Copy signatures and senders into the new program.",
        ),
        "mail_queue": KindTexts(
            "Mail on its way",
            "Messages that had not been delivered yet when the archive was made. Delivery went on afterwards.",
            "Thunderbird, Outlook and Apple Mail open `.eml` files. Do not send the messages again unless you know "
            "that they did not arrive.",
        ),
        "mail_log": KindTexts(
            "Mail logs",
            "What the mail server noted of messages from and to your addresses: time, sender, recipient and outcome, "
            "never what they say.",
            _SHEET,
        ),
        "mail_login_log": KindTexts(
            "Logins to mailboxes",
            "When, and from which network address, somebody logged in to your mailboxes.",
            _SHEET,
        ),
        "credentials": KindTexts(
            "Addresses and logins",
            "Your entries in our directory: addresses, aliases, forwardings and logins. There are no passwords in it.",
            "`directory.ldif` is a text file (LDIF) that any LDAP server reads. Otherwise it serves as a list for "
            "setting up the addresses anew.",
        ),
        "contacts_calendars": KindTexts(
            "Contacts and calendars",
            "Each address book as vCard, each calendar and task list as iCalendar.",
            "Import `.vcf` files as contacts and `.ics` files as calendars: Thunderbird, Apple, Google, Outlook and "
            "Nextcloud all take them.",
        ),
        "cloud_files": KindTexts(
            "Files in the cloud",
            "The files and folders of each address.",
            "Unpack `files.tar` (Windows: with 7-Zip) and copy the files to the new storage, such as Nextcloud or "
            "any WebDAV folder.",
        ),
        "cloud_log": KindTexts(
            "Cloud access logs",
            "When, and from which network address, your files, contacts and calendars were used.",
            _SHEET,
        ),
        "chat_account": KindTexts(
            "Chat",
            "The contact list, profile and stored messages of each chat account, and uploaded files.",
            "The `.xml` file has the exchange format of XMPP (XEP-0227), which the administrator of another server "
            "can take in: Prosody with `prosody-migrator`, ejabberd with `ejabberdctl import_piefxis`.",
        ),
        "chat_log": KindTexts(
            "Logins to chat",
            "When somebody logged in to your chat accounts.",
            _SHEET,
        ),
        "file_transfer_log": KindTexts(
            "File transfer logs",
            "Which files were transferred by FTP and SFTP with your logins.",
            _SHEET,
        ),
        "customer_record": KindTexts(
            "What we noted about you",
            "Your entry in our register of customers, and what was asked for, handed over and erased.",
            "A text file in JSON, which any editor opens. It is for your own records.",
        ),
        "backup_copies": KindTexts(
            "Backup copies",
            "A list of the backups that hold data of yours, and how long they are kept.",
            "A text file in JSON, which any editor opens. It is for your own records.",
        ),
    },
)
