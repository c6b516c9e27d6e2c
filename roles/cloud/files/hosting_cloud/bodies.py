# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of requests that are no uploads: not read where they are too large, and not handed on where they do harm."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, Protocol, runtime_checkable
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

# What reads XML builds a tree of it that takes a hundred times as much memory.
LARGEST = 1 << 20
_PIECE = 1 << 16
Environ = dict[str, Any]


@runtime_checkable
class _Closable(Protocol):
    def close(self) -> None: ...


class TooLargeError(Exception):
    """The body is larger than one that is no upload may be."""


class ForbiddenXmlError(Exception):
    """The body has a document type or entities, by which XML grows or reads files."""


class ReadToTheEnd:
    """A response (PEP 3333) after which the rest of the request's body is read, and thrown away.

    Otherwise a thread waits for the rest for as long as the web server in front keeps the connection, once a response
    did not need all of it: too large, no room, wrong password.
    """

    def __init__(self, body: BinaryIO, response: Iterable[bytes]) -> None:
        self._body = body
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response)

    def close(self) -> None:
        """End the response."""
        try:
            if isinstance(self._response, _Closable):
                self._response.close()
        finally:
            # whoever has gone has sent all that there is
            with suppress(OSError):
                while self._body.read(_PIECE):
                    pass


def take_body(environ: Environ) -> None:
    """Read the body of a request (PEP 3333), and leave it there to be read again.

    Raises TooLargeError, before it reads anything where the request tells its length, and ForbiddenXmlError.
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
