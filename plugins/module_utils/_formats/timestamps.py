# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as ISO 8601 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

# The first and the last second of the years that ISO 8601 has: 0001 and 9999.
_FIRST, _LAST = -62135596800, 253402300799


def shown_time(when: float | None) -> str | None:
    """Return seconds since the epoch as ISO 8601 in UTC; what is beyond the calendar, as a file can be, as its end."""
    if when is None:
        return None
    found = datetime.fromtimestamp(min(max(when, _FIRST), _LAST), UTC)
    return found.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
