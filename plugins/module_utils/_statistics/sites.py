# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of this host, as the manifest of the web server's configuration has them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .languages.table import LANGUAGES

_FORMAT = 1
_ABSENT = "absent"
# Both become parts of paths and of a filter for the directory.
_CUSTOMER = re.compile(r"[a-z][a-z0-9-]{0,27}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)[a-z0-9-]+(?:\.[a-z0-9-]+)+")


class UnknownManifestError(Exception):
    """The manifest is not one that this program can read."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is in service or suspended."""

    name: str
    customer: str
    kind: str
    log: str
    language: str


def read_manifest(text: str) -> dict[str, Site]:
    """Return the sites by name."""
    try:
        content = json.loads(text)
        if content["format"] != _FORMAT:
            raise UnknownManifestError(f"its format is {content['format']!r}, {_FORMAT} is expected")
        return {name: _site(name, notes) for name, notes in content["notes"].items() if notes["state"] != _ABSENT}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnknownManifestError(f"{type(error).__name__}: {error}") from error


def _site(name: str, notes: Mapping[str, Any]) -> Site:
    customer = notes["customer"]
    if _CUSTOMER.fullmatch(customer) is None or _DOMAIN.fullmatch(name) is None:
        raise UnknownManifestError(f"{name!r} of {customer!r} is no site of a customer")
    language = str(notes.get("language"))
    return Site(name, customer, notes["kind"], notes["log"], language if language in LANGUAGES else "en")
