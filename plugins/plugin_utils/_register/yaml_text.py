# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML text of a register file to plain data with the line of every value.

The text is taken event by event: nothing is constructed, no alias is followed, nothing recurses. Scalars keep what was
written; only ``true``, ``false``, whole numbers and ``null`` are told apart, and only where they stand without quotes.
So ``no`` is the text "no", a date is a text, and 1:30 is no number of seconds.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from .errors import UNPRINTABLE, RegisterReport, step

try:
    from yaml import CLoader as _Loader
except ImportError:
    from yaml import Loader as _Loader  # type: ignore[assignment]

_DEEPEST: Final = 12
_MOST_NODES: Final = 200_000
_LONGEST_KEY: Final = 64
# As many digits as stay exact in every language that reads the result.
_WHOLE_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_PLAIN: Final = "a plain YAML file: one mapping, without anchors, aliases, tags and directives"


class _GiveUp(Exception):
    """What follows cannot be understood."""


def read_text(text: str, report: RegisterReport, lines: dict[str, int]) -> Any:
    """Return the data of ``text`` and fill ``lines``; None if it cannot be understood, which is reported then."""
    if _has_unprintable(text, report):
        return None
    builder = _Builder(report, lines)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except _GiveUp:
        return None
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, report)
        return None
    except (yaml.YAMLError, ValueError, OverflowError):
        report.add("", "", "is no YAML", _PLAIN, line=0)
        return None
    if builder.documents == 0:
        report.add("", "", "is empty", "the fields of a customer", line=0)
        return None
    return builder.root


def _has_unprintable(text: str, report: RegisterReport) -> bool:
    found = False
    for number, line in enumerate(text.split("\n"), start=1):
        match = UNPRINTABLE.search(line.rstrip("\r").replace("\t", " "))
        if match:
            found = True
            report.add("", match[0], "has a control character or an invisible one", "printable text", line=number)
    return found


def _report_syntax(error: yaml.MarkedYAMLError, report: RegisterReport) -> None:
    mark = error.problem_mark or error.context_mark
    place = f" at column {mark.column + 1}" if mark else ""
    told = ", ".join(part for part in (error.context, error.problem) if part)
    report.add("", "", f"is no YAML{place}: {told}", _PLAIN, line=mark.line + 1 if mark else 0)


class _Frame:
    """A list or a mapping that is being read."""

    __slots__ = ("at", "content", "key", "key_line")

    def __init__(self, content: list[Any] | dict[str, Any], at: str) -> None:
        self.content = content
        self.at = at
        self.key: str | None = None
        self.key_line = 0


class _Builder:
    """Takes events and builds data."""

    def __init__(self, report: RegisterReport, lines: dict[str, int]) -> None:
        self.root: Any = None
        self.documents = 0
        self._report = report
        self._lines = lines
        self._stack: list[_Frame] = []

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        if isinstance(event, yaml.ScalarEvent):
            self._check_node(event)
            self._take_scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._check_node(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._problem(event, f"*{event.anchor}", "is an alias")
            self._take_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._start_document(event)

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if event.version or event.tags:
            self._problem(event, "%", "has a directive")
        if self.documents > 1:
            self._problem(event, "---", "begins a second document")
            raise _GiveUp

    def _check_node(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._problem(event, f"&{event.anchor}", "is an anchor")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._problem(event, tag, "is a tag")

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and isinstance(frame.content, dict):
            self._take_key(frame, event)
        else:
            self._place(_scalar(event), event)

    def _take_alias(self, event: yaml.AliasEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is None or (frame.key is None and isinstance(frame.content, dict)):
            raise _GiveUp
        self._place(None, event)

    def _take_key(self, frame: _Frame, event: yaml.ScalarEvent) -> None:
        key = event.value[:_LONGEST_KEY]
        frame.key, frame.key_line = key, _line(event)
        at = _below(frame.at, key)
        if key == "<<":
            self._problem(event, key, "is a merge key")
        elif key in frame.content:
            self._report.add(
                at,
                "",
                f"stands here again after line {self._lines.get(at, 0)}",
                "each field once",
                line=frame.key_line,
            )
        if len(event.value) > _LONGEST_KEY:
            self._report.add(at, event.value, "is too long for a field", f"at most {_LONGEST_KEY} characters")

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and isinstance(frame.content, dict):
            self._problem(event, "", "is a list or a mapping in the place of a field's name")
            raise _GiveUp
        if len(self._stack) >= _DEEPEST:
            self._problem(event, "", f"lies more than {_DEEPEST} levels deep")
            raise _GiveUp
        content: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._stack.append(_Frame(content, self._place(content, event)))

    def _place(self, value: Any, event: yaml.Event) -> str:
        """Put a value where it belongs and return its path. Of a key that stands twice, the first value counts."""
        line = _line(event)
        if not self._stack:
            self.root, at = value, ""
        else:
            frame = self._stack[-1]
            if isinstance(frame.content, list):
                at = _below(frame.at, str(len(frame.content)))
                frame.content.append(value)
            else:
                key, line = frame.key or "", frame.key_line
                at = _below(frame.at, key)
                frame.content.setdefault(key, value)
                frame.key = None
        self._lines.setdefault(at, line)
        if len(self._lines) > _MOST_NODES:
            self._problem(event, "", f"is more than the {_MOST_NODES}th value")
            raise _GiveUp
        return at

    def _problem(self, event: yaml.Event, value: str, message: str) -> None:
        frame = self._stack[-1] if self._stack else None
        at = "" if frame is None else frame.at
        if frame is not None and frame.key is not None:
            at = _below(at, frame.key)
        self._report.add(at, value, message, _PLAIN, line=_line(event))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _below(at: str, name: str) -> str:
    return f"{at}/{step(name)}" if at else step(name)


def _scalar(event: yaml.ScalarEvent) -> str | bool | int | None:
    text = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    return text
