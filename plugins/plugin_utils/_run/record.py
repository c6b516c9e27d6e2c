# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller itself holds of a customer: the register file, letters, evidence. No password is among it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

from ansible_collections.magmasoft.hosting.plugins.module_utils._evidence.evidence import read_evidence
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.timestamps import shown_time
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_file

_LETTERS = (".txt", ".html", ".json")


class CustomerRecord(TypedDict):
    """What is held. ``letters`` are told by name and date; what stands in them the customer has."""

    register: Any
    letters: list[dict[str, Any]]
    evidence: list[dict[str, Any]]


def customer_record(customer: str, register: str, letters: str, evidence: str, key: str) -> CustomerRecord:
    """Return what is held. Raises HostingError where the evidence was changed, OSError without a register."""
    place = os.open(register, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        source = read_file(register, f"{customer}.yml", place)
    finally:
        os.close(place)
    return {
        "register": source["data"],
        "letters": list(_letters(customer, Path(letters))),
        "evidence": read_evidence(evidence, customer, key),
    }


def _letters(customer: str, directory: Path) -> Iterator[dict[str, Any]]:
    handed_over = sorted((directory / "downloads").glob(f"{customer}.*"))
    for path in (*(directory / f"{customer}{suffix}" for suffix in _LETTERS), *handed_over):
        if path.is_file():
            yield {"file": path.relative_to(directory).as_posix(), "written": shown_time(path.stat().st_mtime)}
