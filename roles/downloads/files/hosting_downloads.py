# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes links to bags that have expired. A timer starts it; the module download_link makes the links.

In the directory that it is given lie, for each link by the digest of its token::

    <digest>/<file>    a hard link to the sealed bag; Apache hands it out for as long as it is there
    <digest>.json      until when, and what the module counts downloads by; goes 30 days after the end of the link

Ends with 1 if something could not be read or removed; the rest is done all the same.
"""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_DIGEST = re.compile(r"[0-9a-f]{40}")
# Downloads are counted for so long after the end of a link.
_KEPT = timedelta(days=30)


def main() -> int:
    """Look at every link once."""
    place = Path(sys.argv[1])
    now = datetime.now(UTC)
    problems = 0
    for digest in sorted({path.stem for path in place.iterdir() if _DIGEST.fullmatch(path.stem)}):
        try:
            _look(place, digest, now)
        except (OSError, ValueError, LookupError, TypeError) as error:
            problems += 1
            # the content of a note is in no message of these errors that we print
            print(f"{place}/{digest}: {type(error).__name__}", file=sys.stderr)  # noqa: T201 - for the journal
    return 1 if problems else 0


def _look(place: Path, digest: str, now: datetime) -> None:
    try:
        ended = _ended(json.loads((place / f"{digest}.json").read_text("utf-8")))
    except FileNotFoundError:
        # the note comes first and goes last, so nobody knows how long this would be there
        withdraw(place / digest)
        return
    except (ValueError, LookupError, TypeError):
        withdraw(place / digest)
        raise
    if ended <= now:
        withdraw(place / digest)
    if ended + _KEPT <= now:
        (place / f"{digest}.json").unlink()


def _ended(note: Any) -> datetime:
    """Return when a link ends or has ended: it may have been withdrawn before it expired."""
    return min(datetime.fromisoformat(note[name]) for name in ("until", "ended") if note[name] is not None)


def withdraw(directory: Path) -> None:
    """Remove what Apache hands out. The bag itself stays, root's alone as it was."""
    if not directory.exists():
        return
    for path in directory.iterdir():
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.fchown(descriptor, os.geteuid(), os.getegid())
            os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
        path.unlink()
    directory.rmdir()


if __name__ == "__main__":
    sys.exit(main())
