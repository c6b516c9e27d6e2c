# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What letters say, one instance for each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoginTexts:
    """All words of a letter with logins. The mappings have a key for each kind of login, service and security.

    Fields are ``{url}`` of a site or of webmail, ``{folder}`` for pages, ``{fingerprints}``, ``{host}`` of a database
    and ``{server}``, the name of a host.
    """

    title: str
    greeting: str
    introduction: str
    steps_title: str
    see_site: str
    upload: str
    read_mail: str
    change_password: str
    sites: str
    addresses: str
    address: str
    also: str
    folder: str
    statistics: str
    forwarded: str
    room: str
    no_limit: str
    no_mailbox: str
    sections: Mapping[str, str]
    user: str
    password: str
    unchanged: str
    service: str
    server: str
    port: str
    security: str
    services: Mapping[str, str]
    securities: Mapping[str, str]
    fingerprints: str
    local_database: str
    records_title: str
    records: str
    record_name: str
    record_type: str
    record_value: str
    same_as: str
    advice_title: str
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DownloadTexts:
    """What the letter says with which a bag is handed over.

    Fields are ``{until}``, ``{file}``, ``{archive}`` for its name once it is decrypted, ``{provider}`` and ``{ask}``;
    code stands between backticks. ``decrypt`` has a key for each suffix of an encrypted file.
    """

    title: str
    introduction: str
    link: str
    until: str
    file: str
    size: str
    digest: str
    steps_title: str
    download: str
    check: str
    decrypt: Mapping[str, str]
    unpack: str
    unpack_zst: str
    start: str
    advice_title: str
    advice: tuple[str, ...]
    your_provider: str
    questions: str
    ask: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What both letters say."""

    logins: LoginTexts
    download: DownloadTexts
