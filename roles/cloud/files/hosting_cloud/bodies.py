# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of requests that are no uploads: not read where they are too large, and not handed on where they do harm."""

from __future__ import annotations

import io
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

# What reads XML builds a tree of it that takes a hundred times as much memory.
LARGEST = 1 << 20
Environ = dict[str, Any]


class TooLargeError(Exception):
    """The body is larger than one that is no upload may be."""


class ForbiddenXmlError(Exception):
    """The body has a document type or entities, by which XML grows or reads files."""


def take_body(environ: Environ) -> None:
    """Read the body of a request (PEP 3333), and leave it there to be read again.

    Raises TooLargeError, before anything was read where the request tells its length, and ForbiddenXmlError.
    """
    if int(environ.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise TooLargeError
    body = environ["wsgi.input"].read(LARGEST + 1)
    if len(body) > LARGEST:
        raise TooLargeError
    if body:
        _require_harmless(body)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    # it came in pieces, perhaps, and does not any more
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _require_harmless(body: bytes) -> None:
    try:
        fromstring(body)
    except DefusedXmlException:
        raise ForbiddenXmlError from None
    except (LookupError, ParseError, ValueError):
        # no XML: whoever it is for says so
        return
