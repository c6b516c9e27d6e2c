# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""System traces: what the system itself keeps of a customer, as former configuration, ``/etc/*-``, wtmp, sessions."""

from __future__ import annotations

from ._base import Store


class SystemTraces(Store):
    """No place yet, and nothing that looks at it."""

    kind = "system_traces"
