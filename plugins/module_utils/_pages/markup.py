# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds HTML. The only place where text becomes markup: it is escaped here, and what is invisible is shown."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator  # pylint: disable=unused-import  # in a type that is a text
from dataclasses import dataclass
from typing import Final, TypeAlias

_VOID: Final = frozenset({"meta", "wbr"})
# Elements that stand within a line; after all others one ends.
_INLINE: Final = frozenset({"a", "bdi", "code", "span", "svg", "time", "wbr"})
# Where the names of files and addresses may be broken into lines.
_BREAK: Final = re.compile(r"(?<=[/@])(?=.)")
_SPACE: Final = 0x20
_DELETE: Final = 0x7F
# How Python shows a byte of a file name that is not UTF-8 (PEP 383).
_ESCAPED_BYTES: Final = range(0xDC80, 0xDD00)
_FIRST_BYTE: Final = 0x80
_BASIC: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is HTML already."""

    text: str


Content: TypeAlias = "Markup | str | Iterable[Content] | None"


def element(tag: str, *content: Content, **attributes: str | int | float | bool | None) -> Markup:
    """Return an element.

    ``class_`` stands for ``class``, and ``_`` within a name for ``-``. Attributes that are None or False are left out.
    A link leads to a place in the page or to a file beside it, never elsewhere (ValueError).
    """
    opening = f"<{tag}{''.join(_attributes(attributes))}>"
    end = "" if tag in _INLINE else "\n"
    if tag in _VOID:
        return Markup(f"{opening}{end}")
    return Markup(f"{opening}{''.join(_pieces(content))}</{tag}>{end}")


def joined(*content: Content) -> Markup:
    """Return several pieces as one."""
    return Markup("".join(_pieces(content)))


def prose(template: str, **values: Content) -> Markup:
    """Return a text of ours: ``{name}`` stands for a value, and what is between backticks is code."""
    pieces = (_filled(piece, values) for piece in template.split("`"))
    return joined(element("code", piece) if number % 2 else piece for number, piece in enumerate(pieces))


def name(text: str) -> Markup:
    """Return what somebody else called something, kept from changing the direction of what stands around it."""
    first, *rest = _BREAK.split(text)
    return element("bdi", first, [[element("wbr"), piece] for piece in rest])


def visible(text: str) -> str:
    """Return the text with all characters shown that are invisible, break lines or turn the direction of writing."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _filled(template: str, values: dict[str, Content]) -> Markup:
    before, *fields = template.split("{")
    pieces: list[Content] = [before]
    for field in fields:
        key, _brace, after = field.partition("}")
        pieces += [values[key], after]
    return joined(pieces)


def _pieces(content: Content) -> Iterator[str]:
    if isinstance(content, Markup):
        yield content.text
    elif isinstance(content, str):
        yield _escaped(content)
    elif content is not None:
        for piece in content:
            yield from _pieces(piece)


def _attributes(attributes: dict[str, str | int | float | bool | None]) -> Iterator[str]:
    for key, value in attributes.items():
        shown = key.rstrip("_").replace("_", "-")
        if shown == "href" and not str(value).startswith(("#", "./")):
            raise ValueError(f"a page links to {value!r}")
        if value is True:
            yield f" {shown}"
        elif value is not None and value is not False:
            yield f' {shown}="{_escaped(str(value))}"'


def _escaped(text: str) -> str:
    return html.escape(visible(text))


def _shown(character: str) -> str:
    """Return a character as escapes in programs are written, which every font has."""
    number, category = ord(character), unicodedata.category(character)
    if number < _SPACE or number == _DELETE:
        return f"\\x{number:02x}"
    if number in _ESCAPED_BYTES:
        return f"\\x{number - _ESCAPED_BYTES.start + _FIRST_BYTE:02x}"
    if category[0] == "C" or category in ("Zl", "Zp"):
        return f"\\u{number:04x}" if number <= _BASIC else f"\\U{number:08x}"
    return character
