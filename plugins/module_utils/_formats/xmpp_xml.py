# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML of XMPP, written as text: plain elements, and stanzas as Prosody keeps them (util.stanza, preserialize)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .lua_data import Table, Value

# XML 1.0, section 2.2: what no document can hold, not even escaped
_ILLEGAL = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
# section 2.3, without the colon, which XMPP libraries take for what is in front of a namespace
_FIRST = (
    r"A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF"
    r"\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME = re.compile(rf"[{_FIRST}][{_FIRST}.0-9\xB7\u0300-\u036F\u203F\u2040-]*")
_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_ATTRIBUTE = {**_TEXT, ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}
_XML = "http://www.w3.org/XML/1998/namespace"


def text(value: object) -> str:
    """Return a value as the content of an element; characters that XML knows nothing of are replaced."""
    return _legal(value).translate(_TEXT)


def opening(name: str, attributes: Mapping[str, object]) -> str:
    """Return the start of an element; attributes that are None are left out."""
    written = "".join(
        f' {key}="{_legal(value).translate(_ATTRIBUTE)}"' for key, value in attributes.items() if value is not None
    )
    return f"<{name}{written}>"


def element(name: str, attributes: Mapping[str, object], content: object = "") -> str:
    """Return an element with text in it."""
    return f"{opening(name, attributes)}{text(content)}</{name}>"


def stanza(table: Table, namespace: str | None = None) -> Iterator[str]:
    """Yield a stanza as XML; ``namespace`` is its own where it names none. Raises ValueError for what is no stanza."""
    name, given = table.get("name"), table.get("attr")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("an element without a name")
    attributes = given if isinstance(given, dict) else {}
    if namespace is not None:
        attributes = {"xmlns": namespace, **attributes}
    yield opening(name, dict(_attributes(attributes)))
    for part in _content(table):
        if isinstance(part, dict):
            yield from stanza(part)
        elif isinstance(part, str):
            yield text(part)
    yield f"</{name}>"


def _content(table: Table) -> Iterator[Value]:
    number = 1
    while number in table:
        yield table[number]
        number += 1


def _attributes(given: Table) -> Iterator[tuple[str, object]]:
    """Yield attributes; Prosody writes those of a namespace as ``namespace\\1name``."""
    for number, (key, value) in enumerate(given.items()):
        if not isinstance(key, str) or isinstance(value, dict):
            raise ValueError("an attribute that can't be one")  # noqa: TRY004 - of the data, not of our code
        namespace, separator, name = key.rpartition("\1")
        if separator and namespace != _XML:
            yield f"xmlns:n{number}", namespace
        prefix = f"n{number}:" if separator and namespace != _XML else "xml:" if separator else ""
        if not _NAME.fullmatch(name.removeprefix("xml:")):
            raise ValueError("an attribute without a name")
        yield f"{prefix}{name}", value


def _legal(value: object) -> str:
    return _ILLEGAL.sub("\ufffd", str(value))
