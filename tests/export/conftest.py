# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bags of real services, on the host under test."""

from __future__ import annotations

from ansible_collections.magmasoft.hosting.tests.integration.conftest import directory_base, host, repository
from ansible_collections.magmasoft.hosting.tests.playbooks.conftest import new_provider

__all__ = ["directory_base", "host", "new_provider", "repository"]
