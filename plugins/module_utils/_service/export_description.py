# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bag says of itself: for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def describe(about: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the files at the top of the payload."""
    return {"data.json": json.dumps({"about": dict(about), "parts": list(parts)}, ensure_ascii=False).encode()}
