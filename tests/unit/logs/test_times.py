# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of all formats, and the year of those that have none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.timestamps import shown_time
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.times import Clock, month_of
from hypothesis import given
from hypothesis import strategies as st

_NEW_YEAR = datetime(2027, 1, 3, 6, 25, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def vienna(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the host stand where clocks are set twice a year."""
    monkeypatch.setenv("TZ", "Europe/Vienna")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("2026-11-23T06:00:00.123456+01:00", "2026-11-23T05:00:00Z"), ("2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z"),
        ("2026-11-23T06:00:00+0000", "2026-11-23T06:00:00Z"), ("2026-11-23 06:00:00 -0130", "2026-11-23T07:30:00Z"),
        ("2026-11-23 06:00:00.123456", "2026-11-23T05:00:00Z"), ("23/Nov/2026:06:00:00 +0200", "2026-11-23T04:00:00Z"),
        ("Mon Nov 23 06:00:00.123456 2026", "2026-11-23T05:00:00Z"),
        ("Thu Nov  5 06:00:00 2026", "2026-11-05T05:00:00Z"),
        ("23-Nov-2026 06:00:00", "2026-11-23T05:00:00Z"), ("23-Jul-2026 06:00:00.5", "2026-07-23T04:00:00Z"),
        ("Nov 23 06:00:00", "2026-11-23T05:00:00Z"), ("Dec 31 23:59:59", "2026-12-31T22:59:59Z"),
        ("Jan  1 00:00:00", "2026-12-31T23:00:00Z"), ("Jan  3 07:25:00", "2027-01-03T06:25:00Z"),
        # a clock that was a little ahead
        ("Jan  3 07:40:00", "2027-01-03T06:40:00Z"), ("Jan  5 07:40:00", "2026-01-05T06:40:00Z"),
        ("Feb 29 12:00:00", "2024-02-29T11:00:00Z"),
    ],
)  # fmt: skip
def test_times_are_understood(stamp: str, shown: str) -> None:
    assert shown_time(Clock(_NEW_YEAR).seconds(stamp.encode())) == shown


@pytest.mark.parametrize(
    "stamp",
    ["", "x", "Nov 31 06:00:00", "Xxx 01 06:00:00", "2026-13-01T00:00:00Z", "99/Nov/2026:06:00:00 +0000", "2026-\xff"],
)
def test_what_is_no_time_is_none(stamp: str) -> None:
    assert Clock(_NEW_YEAR).seconds(stamp.encode("latin-1")) is None


@given(st.floats(0, 363 * 86400), st.integers(1_700_000_000, 1_900_000_000))
def test_the_year_is_that_of_the_file_or_the_one_before(age: float, mtime: int) -> None:
    when = int(mtime - age)
    stamp = time.strftime("%b %e %H:%M:%S", time.localtime(when)).encode()
    found = Clock(mtime).seconds(stamp)
    assert found is not None
    # an hour is there twice when summer ends
    assert abs(found - when) in (0, 3600)


@given(st.binary(max_size=40))
def test_nothing_crashes_a_clock(stamp: bytes) -> None:
    Clock(_NEW_YEAR).seconds(stamp)


def test_months_are_those_of_utc() -> None:
    assert month_of(datetime(2026, 10, 31, 23, 59, tzinfo=UTC).timestamp()) == "2026-10"
