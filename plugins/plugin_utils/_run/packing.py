# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long lists on their way between plugins, each item as JSON text.

Ansible walks over every value of an item and marks it whenever a task or a filter touches the list; for a thousand
customers that takes longer than all work. Of a text there is only one value to mark, and where a module wants a
dictionary Ansible takes such a text for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def text(item: Any) -> str:
    """Return an item as text."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"))


def pack(items: Iterable[Any]) -> list[str]:
    """Return each item as text."""
    return [text(item) for item in items]


def unpack(items: Any) -> Any:
    """Return a list with its texts as data; what is no list, or no text of JSON, as it is, for the reader to judge."""
    return [_unpacked(item) for item in items] if isinstance(items, list) else items


def _unpacked(item: Any) -> Any:
    if not isinstance(item, str):
        return item
    try:
        return json.loads(item)
    except ValueError:
        return item
