# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All stores: the data map as code. A kind of `_kinds.py` has a store here, and nothing else has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ._model import Place, Store

STORES: Final[Mapping[str, Callable[[Place], Store]]] = {}
