# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars and cards (RFC 5545, RFC 6350), taken apart and put together line by line: no byte of an item is altered.

An item is looked at in pieces of constant size. What would spoil a file that it were put into is refused with a
ValueError: bytes that are not UTF-8, control characters, lines that are none, components that are not closed. What an
item says of the calendar as a whole, as which program has made it, is no part of its components.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

_PIECE = 1 << 16
# as RFC 5545 and 6350 have it, and with the underscores that programs write
_NAME = re.compile(rb"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?[;:]")
_FRAME = re.compile(rb"(BEGIN|END):([A-Za-z0-9-]{1,60})[ \t]*\r?\n?", re.IGNORECASE)
_TZID = re.compile(rb"TZID(?:;[^:]*)?:(.*?)\r?\n?", re.IGNORECASE)
# All but tabulators and ends of lines; a vertical tabulator is an end of line within a text to some programs.
_CONTROL = re.compile(rb"[\x00-\x08\x0c\x0e-\x1f\x7f]")
_DEPTH = 20
# What changes the meaning of everything in a calendar: another format, other years.
_OF_ITS_MEANING = re.compile(rb"(?:VERSION|CALSCALE)(?![A-Za-z0-9_-])", re.IGNORECASE)
_USUAL = re.compile(rb"(?:VERSION:2\.0|CALSCALE:GREGORIAN)\s*", re.IGNORECASE)
# What a rule of a time zone says; all else in it are names and notes (RFC 5545, 3.6.5).
_RULE = re.compile(rb"(?:DTSTART|TZOFFSETFROM|TZOFFSETTO|RRULE|RDATE|EXDATE)[;:]", re.IGNORECASE)
# A value of vCard 2.1 that goes on in the next line, which need not begin with a blank.
_QUOTED_PRINTABLE = re.compile(rb"[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n\Z")
_FOLD = 75


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a calendar: where it lies in the item, and of a time zone its name and a digest of its rules."""

    start: int
    end: int
    zone: bytes | None = None
    digest: bytes = b""


@dataclass(slots=True)
class _Rule:
    """A rule of a time zone: a sum of the digests of its lines, in whatever order they stand, but for its beginning."""

    begins: bytes = b""
    lines: int = 0
    # it recurs without an end: only the time of day of its beginning says anything of today
    recurs: bool = False

    def add(self, line: bytes) -> None:
        """Take in a content line, in capitals."""
        name, _colon, value = line.partition(b":")
        if name.startswith(b"DTSTART"):
            self.begins = value
        elif name.startswith(b"RRULE"):
            parts = sorted(set(value.split(b";")) - {b"INTERVAL=1", b"WKST=MO"})
            self.recurs = not any(part.startswith((b"UNTIL=", b"COUNT=")) for part in parts)
            self.lines += _digest(b";".join(parts))
        else:
            self.lines += _digest(line)

    def digest(self, name: bytes) -> int:
        """Return what tells it from rules that say something else; ``name`` is that of its component."""
        begins = self.begins.partition(b"T")[2] if self.recurs else self.begins
        return _digest(b"%b %b %x" % (name, begins, self.lines))


@dataclass(slots=True)
class _Open:
    """The components that are open while an item is read. ``line`` is the content line of a rule that is read."""

    names: list[bytes] = field(default_factory=list)
    start: int = 0
    zone: bytes = b""
    rules: int = 0
    rule: _Rule = field(default_factory=_Rule)
    line: bytes = b""

    def end_line(self) -> None:
        """Take in the line that was read."""
        if self.line:
            self.rule.add(self.line)
            self.line = b""

    def end_rule(self, name: bytes) -> None:
        """Take in the rule that was read."""
        self.rules += self.rule.digest(name)
        self.rule = _Rule()


def components(item: IO[bytes]) -> list[Component]:
    """Return the components of an item that holds one VCALENDAR, in their order."""
    found: list[Component] = []
    state, calendars, at = _Open(), 0, 0
    for line, begins in _pieces(item):
        depth, frame = len(state.names), _FRAME.fullmatch(line) if begins else None
        at += len(line)
        if begins:
            state.end_line()
        if frame is None:
            _look_inside(state, line, begins)
            continue
        _follow(state, frame, b"VCALENDAR")
        if depth == 0:
            calendars += 1
        elif depth == 1 and state.names[1:]:
            state.start, state.zone, state.rules = at - len(line), b"", 0
        elif depth == 2 and len(state.names) == 1:  # noqa: PLR2004 - the calendar itself and what is in it
            found.append(_component(state, frame, at))
        elif depth > len(state.names):
            state.end_rule(frame.group(2).upper())
    if state.names or calendars != 1 or not found:
        raise ValueError("not one whole calendar")
    return found


def is_cards(item: IO[bytes]) -> int:
    """Return how many cards an item consists of. Raises ValueError where it is anything else."""
    state, cards = _Open(), 0
    for line, begins in _pieces(item, of_cards=True):
        frame = _FRAME.fullmatch(line) if begins else None
        if frame is not None:
            _follow(state, frame, b"VCARD")
            cards += not state.names
        elif not state.names and line.strip():
            raise ValueError("a line outside of a card")
    if state.names or not cards:
        raise ValueError("not a whole card")
    return cards


def copied(item: IO[bytes], start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield a part of an item, and an end of line where it has none."""
    item.seek(start)
    left = end - start if end is not None else None
    last = b"\n"
    while piece := item.read(_PIECE if left is None else min(left, _PIECE)):
        left = None if left is None else left - len(piece)
        last = piece[-1:]
        yield piece
    if last != b"\n":
        yield b"\r\n"


def line(name: str, value: str) -> bytes:
    """Return a line with a text (RFC 5545, 3.3.11), folded."""
    return folded(f"{name}:{_escaped(value)}")


def structured(name: str, values: Sequence[str]) -> bytes:
    """Return a line with several texts (RFC 6350, 4), folded."""
    return folded(f"{name}:{';'.join(_escaped(value) for value in values)}")


def folded(text: str) -> bytes:
    """Return a line of at most 75 bytes, and the rest of it in more of them (RFC 5545, 3.1)."""
    raw = text.encode("utf-8", "replace")
    lines = []
    while len(raw) > _FOLD:
        cut = _FOLD
        # a character is never cut in two
        while raw[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - what follows the first byte of a character
            cut -= 1
        lines.append(raw[:cut])
        raw = b" " + raw[cut:]
    return b"\r\n".join([*lines, raw]) + b"\r\n"


def _escaped(value: str) -> str:
    clean = "".join(char for char in value if char.isprintable() or char == "\n")
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _pieces(item: IO[bytes], *, of_cards: bool = False) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, long ones in pieces, and whether a content line begins there; empty lines at the end are dropped.

    In cards there may be empty lines, and soft breaks of quoted-printable texts (vCard 2.1).
    """
    item.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    whole, blank, quoted, broken = True, False, False, False
    while piece := item.readline(_PIECE):
        decoder.decode(piece)
        if _CONTROL.search(piece) or b"\r" in piece.rstrip(b"\r\n"):
            raise ValueError("control characters")
        begins = whole and not broken and piece[:1] not in b" \t"
        whole = piece.endswith(b"\n")
        if begins and not piece.strip():
            blank = not of_cards
            continue
        if blank or (begins and not _NAME.match(piece)):
            raise ValueError("a line that is none")
        if begins:
            quoted = of_cards and _QUOTED_PRINTABLE.match(piece) is not None
        broken = quoted and _SOFT_BREAK.search(piece) is not None
        yield piece, begins
    decoder.decode(b"", final=True)


def _follow(state: _Open, frame: re.Match[bytes], outermost: bytes) -> None:
    verb, name = frame.group(1).upper(), frame.group(2).upper()
    if verb == b"BEGIN":
        if len(state.names) >= _DEPTH or (not state.names and name != outermost):
            raise ValueError("components in each other that can't be")
        state.names.append(name)
    elif not state.names or state.names.pop() != name:
        raise ValueError("a component that ends without a beginning")


def _look_inside(state: _Open, piece: bytes, begins: bool) -> None:
    depth = len(state.names)
    if depth == 0:
        raise ValueError("a line outside of the calendar")
    if depth == 1:
        if begins and _OF_ITS_MEANING.match(piece) and not _USUAL.fullmatch(piece):
            raise ValueError("a calendar of another kind")
        return
    if begins and depth == 2:  # noqa: PLR2004 - a line of the component itself
        named = _TZID.fullmatch(piece)
        state.zone = named.group(1).strip() if named is not None else state.zone
    elif begins and _RULE.match(piece):
        state.line = piece.strip().upper()
    elif not begins and state.line and len(state.line) < _PIECE:
        state.line += piece.strip().upper()


def _digest(text: bytes) -> int:
    return int.from_bytes(hashlib.sha256(text).digest(), "big")


def _component(state: _Open, frame: re.Match[bytes], end: int) -> Component:
    if frame.group(2).upper() != b"VTIMEZONE":
        return Component(state.start, end)
    if not state.zone:
        raise ValueError("a time zone without a name")
    return Component(state.start, end, state.zone, b"%x" % state.rules)
