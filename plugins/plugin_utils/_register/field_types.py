# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of fields: each reads a value as it stands in a file, and returns it normalised or reports what is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any, Final, Protocol, TypeAlias

from .errors import UNPRINTABLE, RegisterRefused, RegisterReport, shown, step

_SIZE: Final = re.compile(r"([1-9][0-9]{0,11})(?:\.([0-9]{1,6}))?([KMGT])")
_EXPONENT: Final = {"K": 10, "M": 20, "G": 30, "T": 40}
# 1 PiB: larger is a slip, and stays exact in every language that reads the plan.
_LARGEST_SIZE: Final = 1 << 50
_SIZE_ALLOWED: Final = "a number and one of K, M, G, T, such as 500M or 2.5G, at most 1024T"
_MOST_HINTS: Final = 20
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_ALLOWED: Final = "a date of the calendar as YYYY-MM-DD"


class FieldType(Protocol):
    """What may stand in a field. ``read`` returns None where it reported an error."""

    @property
    def told(self) -> str:
        """Say in a few words what is allowed, for messages and documentation."""

    def read(self, value: Any, at: str, report: RegisterReport) -> Any:
        """Return the value normalised."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, further checked and normalised by ``check``."""

    told: str
    check: Callable[[str], str]
    longest: int = 320

    def read(self, value: Any, at: str, report: RegisterReport) -> str | None:
        """Return the text."""
        text = _text(value, at, report, self.told)
        if text is None:
            return None
        if len(text) > self.longest:
            report.add(at, value, f"has {len(text)} characters", f"at most {self.longest} characters")
            return None
        try:
            return self.check(text)
        except RegisterRefused as error:
            report.add(at, value, error.message, error.allowed)
            return None


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of several."""

    words: tuple[str, ...]

    @property
    def told(self) -> str:
        """List the words."""
        return " | ".join(self.words)

    def read(self, value: Any, at: str, report: RegisterReport) -> str | None:
        """Return the word."""
        text = _text(value, at, report, self.told)
        if text is not None and text not in self.words:
            report.add(at, value, "is none of the words that may stand here", self.told)
            return None
        return text


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, which YAML 1.2 writes true or false and nothing else."""

    told: str = "true | false"

    def read(self, value: Any, at: str, report: RegisterReport) -> bool | None:
        """Return the flag."""
        if isinstance(value, bool):
            return value
        report.add(at, value, "is neither true nor false", "true or false, in small letters and without quotes")
        return None


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within limits, some left out."""

    least: int
    most: int
    without: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        """Name the limits."""
        left_out = f", not {' or '.join(map(str, self.without))}" if self.without else ""
        return f"a whole number from {self.least} to {self.most}{left_out}"

    def read(self, value: Any, at: str, report: RegisterReport) -> int | None:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int):
            report.add(at, value, "is no whole number", self.told)
        elif self.least <= value <= self.most and value not in self.without:
            return int(value)
        else:
            report.add(at, value, "is a number that may not stand here", self.told)
        return None


@dataclass(frozen=True, slots=True)
class Size:
    """A number of bytes, written with a unit."""

    told: str = "size such as 500M or 2.5G"

    def read(self, value: Any, at: str, report: RegisterReport) -> int | None:
        """Return the number of bytes."""
        text = _text(value, at, report, _SIZE_ALLOWED)
        if text is None:
            return None
        match = _SIZE.fullmatch(text)
        if match is None:
            missing = text.replace(".", "", 1).isdecimal()
            report.add(at, value, "has no unit" if missing else "is no size", _SIZE_ALLOWED)
            return None
        whole, fraction, unit = match[1], match[2] or "", match[3]
        size: int = (int(whole + fraction) << _EXPONENT[unit]) // 10 ** len(fraction)
        if size > _LARGEST_SIZE:
            report.add(at, value, "is too large", _SIZE_ALLOWED)
            return None
        return size


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the calendar."""

    told: str = "date as YYYY-MM-DD"

    def read(self, value: Any, at: str, report: RegisterReport) -> str | None:
        """Return the date as YYYY-MM-DD."""
        text = _text(value, at, report, _DATE_ALLOWED)
        if text is None:
            return None
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
        report.add(at, value, "is no date", _DATE_ALLOWED)
        return None


@dataclass(frozen=True, slots=True)
class Items:
    """A list. Refused items leave None, so that the others keep their places."""

    of: FieldType
    most: int
    least: int = 0

    @property
    def told(self) -> str:
        """Say what the items are."""
        return f"list: {self.of.told}"

    def read(self, value: Any, at: str, report: RegisterReport) -> list[Any] | None:
        """Return the list."""
        if not isinstance(value, list):
            inside = f", each entry with {', '.join(self.of.fields)}" if isinstance(self.of, RecordField) else ""
            report.add(at, value, "is no list", f"a list: {self.of.told}{inside}; [] for none")
            return None
        if not self.least <= len(value) <= self.most:
            report.add(at, value, f"has {len(value)} entries", f"{self.least} to {self.most} entries")
            return None
        read = self.of.read
        return [read(item, f"{at}/{position}", report) for position, item in enumerate(value)]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record. ``default`` makes the value where none is given; without it that is None.

    ``told_default`` and ``meaning`` are for docs/register.md, in Markdown.
    """

    type: FieldType
    required: bool = False
    default: Callable[[], Any] | None = None
    told_default: str = ""
    meaning: str = ""


_Step: TypeAlias = "tuple[str, Callable[[Any, str, RegisterReport], Any], Callable[[], Any] | None, bool]"


@dataclass(frozen=True, slots=True)
class RecordField:
    """A mapping with known fields."""

    fields: Mapping[str, Field]
    told: str = "mapping"
    # what is done for each field; a register of ten thousand customers has a million of them
    _steps: tuple[_Step, ...] = dataclass_field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        """Look up once what is asked of each field."""
        steps = tuple((name, one.type.read, one.default, one.required) for name, one in self.fields.items())
        object.__setattr__(self, "_steps", steps)

    def read(self, value: Any, at: str, report: RegisterReport) -> dict[str, Any] | None:
        """Return all fields, those that are missing with their defaults."""
        # a dict is told sooner than a Mapping
        if not isinstance(value, (dict, Mapping)):
            report.add(at, value, "is no mapping", f"a mapping with {', '.join(self.fields)}")
            return None
        prefix = f"{at}/" if at else ""
        read: dict[str, Any] = {}
        known = 0
        for name, read_field, default, required in self._steps:
            if name in value:
                known += 1
                read[name] = read_field(value[name], prefix + name, report)
                continue
            read[name] = None if default is None else default()
            if required:
                report.add(prefix + name, "", "is missing", self.fields[name].type.told)
        if known < len(value):
            self._report_unknown(value, prefix, report)
        return read

    def _report_unknown(self, value: Mapping[str, Any], prefix: str, report: RegisterReport) -> None:
        unknown = [name for name in value if name not in self.fields]
        for number, name in enumerate(unknown):
            # Each search costs something, and a flood of unknown names is no slip of the pen.
            near = difflib.get_close_matches(name[:64].lower(), self.fields, n=1) if number < _MOST_HINTS else []
            meant = f", perhaps {near[0]} is meant" if near else ""
            report.add(prefix + step(name), value[name], f"is no known field{meant}", f"only {', '.join(self.fields)}")


@dataclass(frozen=True, slots=True)
class Switch:
    """A record that ``false`` switches off (then it reads as False) and ``true`` leaves at its defaults."""

    record: RecordField

    @property
    def told(self) -> str:
        """Say both forms."""
        return "mapping | true | false"

    def read(self, value: Any, at: str, report: RegisterReport) -> dict[str, Any] | bool | None:
        """Return the record, or False."""
        if value is False:
            return False
        return self.record.read({} if value is True else value, at, report)


@dataclass(frozen=True, slots=True)
class AllOr:
    """The word ``all``, or something that names single things."""

    other: FieldType

    @property
    def told(self) -> str:
        """Say both forms."""
        return f"all | {self.other.told}"

    def read(self, value: Any, at: str, report: RegisterReport) -> Any:
        """Return ``all``, or what the other kind returns."""
        return value if value == "all" else self.other.read(value, at, report)


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A list, which may be written without brackets where it has one item."""

    items: Items

    @property
    def told(self) -> str:
        """Say both forms."""
        return f"{self.items.of.told} | {self.items.told}"

    def read(self, value: Any, at: str, report: RegisterReport) -> list[Any] | None:
        """Return the list."""
        if isinstance(value, list):
            return self.items.read(value, at, report)
        item = self.items.of.read(value, at, report)
        return None if item is None else [item]


def _text(value: Any, at: str, report: RegisterReport, allowed: str) -> str | None:
    """Return a scalar as it was written: true and 12 are texts where a text is wanted."""
    if isinstance(value, str):
        # no printable text has one, which Python sees faster
        if not value.isprintable() and UNPRINTABLE.search(value):
            report.add(at, value, "has a control character or an invisible one", "printable text on one line")
            return None
        if not value:
            report.add(at, value, "is empty", allowed)
            return None
        return value
    if isinstance(value, int):
        return shown(value)
    report.add(at, value, "is missing" if value is None else "is no text", allowed)
    return None
