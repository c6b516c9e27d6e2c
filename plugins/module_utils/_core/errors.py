# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the collection: each says what happened, and what the operator can do about it."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TypedDict


class ErrorReport(TypedDict):
    """An error as it stands in a module's results."""

    code: str
    message: str
    remedy: str


class HostingError(Exception):
    """Base of all errors that are meant for the operator.

    ``code`` is stable and made for programs, ``message`` says what happened where, ``remedy`` what to do about it.
    """

    default_code = "error"

    def __init__(self, message: str, *, remedy: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.message = message
        self.remedy = remedy

    def report(self) -> ErrorReport:
        """Return the error as plain data."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy}

    def __str__(self) -> str:
        return f"{self.message} ({self.remedy})"


class ServiceUnavailable(HostingError):
    """A service does not answer. Ends the module; what was not reached is skipped."""

    default_code = "service-unavailable"


class ItemRefused(HostingError):
    """One item cannot be brought to its wanted state. The others are not affected."""

    default_code = "item-refused"


class UnsafePath(HostingError):
    """A path is not what it has to be: a symbolic link, of another type, or of another owner."""

    default_code = "unsafe-path"


class Busy(HostingError):
    """Somebody else is writing to the same service."""

    default_code = "busy"


class Incomplete(HostingError):
    """Work was begun and could not be finished; the next run goes on with it."""

    default_code = "incomplete"


def as_hosting_error(error: Exception) -> HostingError:
    """Return an error as one of ours."""
    if isinstance(error, HostingError):
        return error
    # Only the type, the place and, for the operating system's own errors, its text: other messages may quote secrets.
    detail = f"{error.strerror}: {error.filename!r}" if isinstance(error, OSError) else "unexpected"
    frames = traceback.extract_tb(error.__traceback__)
    if frames:
        detail += f", in {Path(frames[-1].filename).name} line {frames[-1].lineno}"
    return Incomplete(
        f"{type(error).__name__}: {detail}",
        remedy="see to the cause and run again; if it persists, report it",
        code="unexpected",
    )
