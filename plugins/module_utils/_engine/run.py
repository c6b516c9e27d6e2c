# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that brings items to their wanted state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from .._core import run
from .reconcile import Batch, reconcile


def run_module(
    module: run.Module,
    prepare: Callable[[], Iterable[Batch]],
    *,
    lock: str | Callable[[], Iterable[str]],
    extra: Callable[[], Mapping[str, Any]] = dict,
) -> NoReturn:
    """Reconcile the batches that ``prepare`` returns and end the module; for the rest see ``_core/run.py``."""
    run.run_module(module, lambda check_mode: reconcile(prepare(), check_mode=check_mode), lock=lock, extra=extra)
