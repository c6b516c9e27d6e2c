# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong in a register file, and how it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypedDict

# Everything that can move the cursor, hide or reorder what a terminal shows (Unicode Cc, Cf, Cs, Zl, Zp).
UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)
_SHOWN_LENGTH: Final = 80
_MOST_ERRORS: Final = 200
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Error(TypedDict):
    """One thing wrong. ``line`` counts from 1; 0 stands for the file as a whole. ``value`` is safe to print."""

    customer: str
    file: str
    line: int
    field: str
    value: str
    message: str
    allowed: str


class RegisterRefused(Exception):
    """A value that a field does not take."""

    def __init__(self, message: str, allowed: str) -> None:
        super().__init__(message)
        self.message = message
        self.allowed = allowed


class RegisterReport:
    """Collects what is wrong in one file. ``lines`` is the line of each path and may still grow."""

    def __init__(self, customer: str, file: str, lines: Mapping[str, int]) -> None:
        self.customer = customer
        self.file = file
        self._errors: list[Error] = []
        self.warnings: list[Error] = []
        self._more = 0
        self._lines = lines

    @property
    def errors(self) -> list[Error]:
        """Return what was noted, of a flood the beginning."""
        if not self._more:
            return self._errors
        return [*self._errors, self._error(0, "", "", f"has {self._more} further errors", "see those above first")]

    def add(self, at: str, value: Any, message: str, allowed: str, line: int | None = None) -> None:
        """Note that ``value`` is wrong at the path ``at``, whose line is known unless given."""
        if len(self._errors) >= _MOST_ERRORS:
            self._more += 1
            return
        told = shown(value) if value != "" else ""
        self._errors.append(
            self._error(self.line(at) if line is None else line, field_name(at), told, message, allowed)
        )

    def warn(self, at: str, value: Any, message: str, allowed: str) -> None:
        """Note that somebody should look at ``value``, though it may be right."""
        self.warnings.append(self._error(self.line(at), field_name(at), shown(value), message, allowed))

    def has(self, at: str) -> bool:
        """Tell whether something was noted at a path."""
        name = field_name(at)
        return any(error["field"] == name for error in self._errors)

    def _error(self, line: int, field: str, value: str, message: str, allowed: str) -> Error:
        return {
            "customer": self.customer,
            "file": self.file,
            "line": line,
            "field": field,
            "value": value,
            "message": message,
            "allowed": allowed,
        }

    def line(self, at: str) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while at and at not in self._lines:
            at = at.rpartition("/")[0]
        return self._lines.get(at, 0)


def shown(value: Any) -> str:
    """Return a value as text that no terminal, log or template takes for anything else, of at most 80 characters."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return f"a mapping of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A text of a megabyte must not be quoted as a whole just to be cut.
        return _cut(ascii(str(value[: _SHOWN_LENGTH + 1])))
    return _cut(ascii(value))


def step(name: str) -> str:
    """Return a key as one step of a path (RFC 6901's escapes)."""
    return name.replace("~", "~0").replace("/", "~1")


def field_name(at: str) -> str:
    """Return a path as people write it: ``sites/0/domain`` is ``sites[0].domain``."""
    name = ""
    for part in at.split("/") if at else ():
        if part.isdecimal():
            name += f"[{part}]"
        else:
            key = part.replace("~1", "/").replace("~0", "~")
            name += ("." if name else "") + (key if _PLAIN_KEY.fullmatch(key) else shown(key))
    return name


def format_errors(errors: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return one line of text for each error, those of a file together, in the order of its lines."""
    return [_sentence(error) for error in sorted(errors, key=_place)]


def _place(error: Mapping[str, Any]) -> tuple[str, int, str, str]:
    return error["file"], error["line"], error["field"], error["message"]


def _sentence(error: Mapping[str, Any]) -> str:
    place = f"{error['file']}:{error['line']}" if error["line"] else error["file"]
    field = f" {error['field']}:" if error["field"] else ""
    value = f" (value {error['value']})" if error["value"] else ""
    return f"{place}:{field} {error['message']}{value}; allowed: {error['allowed']}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 3] + "..."
