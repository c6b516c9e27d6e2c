# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of calendars and cards: taken apart without altering a byte, and only where they are whole."""

from __future__ import annotations

import io

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats import contentlines
from hypothesis import given
from hypothesis import strategies as st

ZONE = "BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\nBEGIN:STANDARD\r\nTZNAME:CET\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
EVENT = "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:äöü\r\n more\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\nEND:VEVENT\r\n"


def calendar(*inner: str, head: str = "VERSION:2.0\r\nPRODID:-//x//EN\r\n") -> bytes:
    """Return an item of a calendar."""
    return ("BEGIN:VCALENDAR\r\n" + head + "".join(inner) + "END:VCALENDAR\r\n").encode()


def parts(raw: bytes) -> list[tuple[str, bytes | None]]:
    """Return the components of an item as texts, with the names of time zones."""
    item = io.BytesIO(raw)
    found = contentlines.components(item)
    return [(b"".join(contentlines.copied(item, one.start, one.end)).decode(), one.zone) for one in found]


def test_components_are_found_where_they_lie() -> None:
    assert parts(calendar(ZONE, EVENT)) == [(ZONE, b"Europe/Vienna"), (EVENT, None)]
    assert parts(calendar(EVENT).replace(b"\r\n", b"\n")) == [(EVENT.replace("\r\n", "\n"), None)]
    assert parts(calendar(EVENT, head="VERSION:2.0\r\nPRODID:-//a very\r\n  long one\r\n")) == [(EVENT, None)]
    assert parts(calendar(EVENT) + b"\r\n\r\n") == [(EVENT, None)]
    assert parts(calendar(EVENT)[:-2]) == [(EVENT, None)]


def test_lines_longer_than_a_piece() -> None:
    event = f"BEGIN:VEVENT\r\nATTACH:{'BEGIN:VEVENT' * 20000}\r\n {'ä' * 70000}\r\nEND:VEVENT\r\n"
    assert parts(calendar(event)) == [(event, None)]


def test_time_zones_of_one_name_are_told_apart() -> None:
    other = ZONE.replace("TZNAME:CET", "TZOFFSETTO:+0100")
    named = ZONE.replace("TZNAME:CET", "TZNAME:MEZ\r\nX-MORE:1")
    digests = [contentlines.components(io.BytesIO(calendar(zone)))[0].digest for zone in (ZONE, named, other)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nothing",
        calendar(),
        calendar(EVENT)[:-5],
        calendar(EVENT) * 2,
        b"X:1\r\n" + calendar(EVENT),
        calendar(EVENT) + b"X:1\r\n",
        calendar(EVENT, head="VERSION:2.0\r\nCALSCALE:HEBREW\r\n"),
        calendar(EVENT, head="VERSION:1.0\r\n"),
        calendar("END:VEVENT\r\n"),
        calendar("BEGIN:VEVENT\r\nEND:VTODO\r\n"),
        calendar("BEGIN:VEVENT\r\nSUMMARY:a\x00b\r\nEND:VEVENT\r\n"),
        calendar("BEGIN:VEVENT\r\nSUMMARY:a\rEND:VEVENT\r\nEND:VEVENT\r\n"),
        calendar("BEGIN:VEVENT\r\nno line\r\nEND:VEVENT\r\n"),
        calendar("BEGIN:VEVENT\r\n\r\nUID:1\r\nEND:VEVENT\r\n"),
        calendar("BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\n", EVENT),
        calendar("BEGIN:A\r\n" * 30 + "END:A\r\n" * 30),
        calendar(EVENT).replace("ä".encode(), b"\xe4"),
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)
def test_what_is_not_one_whole_calendar_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        contentlines.components(io.BytesIO(raw))


CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Änne\r\nitem1.TEL:1\r\nEND:VCARD\r\n".encode()


@pytest.mark.parametrize(("raw", "number"), [(CARD, 1), (CARD * 2, 2), (CARD[:-2], 1), (CARD + b"\r\n", 1)])
def test_cards(raw: bytes, number: int) -> None:
    assert contentlines.is_cards(io.BytesIO(raw)) == number


QUOTED = b"""BEGIN:VCARD\r
VERSION:2.1\r
N:Ann\r
NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:first=0D=0A=\r
second, which is no line of its own=0D=0A=\r
\r
TEL;QUOTED-PRINTABLE:+43=\r
123\r
END:VCARD\r
"""


@pytest.mark.parametrize(
    "raw",
    [QUOTED, QUOTED * 2, CARD.replace(b"FN", b"\r\nFN"), CARD.replace(b"FN", b"X_OWN:a\x0bb\r\nFN")],
    ids=["2.1", "two", "blank", "odd"],
)
def test_cards_as_programs_write_them(raw: bytes) -> None:
    assert contentlines.is_cards(io.BytesIO(raw)) == raw.count(b"BEGIN")


def test_a_soft_break_is_one_of_quoted_printable_texts_alone() -> None:
    with pytest.raises(ValueError, match="a line that is none"):
        contentlines.is_cards(io.BytesIO(QUOTED.replace(b"ENCODING=QUOTED-PRINTABLE", b"ENCODING=8BIT")))


@pytest.mark.parametrize("raw", [b"", b"\r\n", CARD[:-5], b"X:1\r\n" + CARD, CARD + b"X:1\r\n", calendar(EVENT)])
def test_what_is_no_card_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        contentlines.is_cards(io.BytesIO(raw))


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(raw: bytes) -> None:
    for item in (raw, b"BEGIN:VCALENDAR\n" + raw + b"\nEND:VCALENDAR\n"):
        for look in (contentlines.components, contentlines.is_cards):
            try:
                look(io.BytesIO(item))
            except ValueError:
                continue


@given(st.text())
def test_lines_are_short_and_read_back(value: str) -> None:
    raw = contentlines.line("X-WR-CALNAME", value)
    assert raw.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    text = raw.replace(b"\r\n ", b"").decode()
    assert text.count("\r\n") == 1
    assert "\n" not in text[:-2]


def test_an_end_of_line_is_added() -> None:
    assert b"".join(contentlines.copied(io.BytesIO(b"abc"))) == b"abc\r\n"
    assert b"".join(contentlines.copied(io.BytesIO(b"abc\n"))) == b"abc\n"
    assert b"".join(contentlines.copied(io.BytesIO(b"abcdef"), 1, 3)) == b"bc\r\n"
