# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as operators run them, faults included, on the provider that HOSTING_TEST_HOST names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.conftest import host
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider

__all__ = ["host"]


@pytest.fixture(scope="session")
def new_provider(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Provider]:
    """Return how to get a provider with an empty register."""
    name, inventory = os.environ.get("HOSTING_TEST_HOST"), os.environ.get("HOSTING_TEST_INVENTORY")
    if not name or not inventory:
        pytest.skip("HOSTING_TEST_HOST and HOSTING_TEST_INVENTORY name no provider; tests/run sets them")
    return lambda: Provider(Host(name), Path(inventory), tmp_path_factory.mktemp("provider"))


@pytest.fixture
def provider(new_provider: Callable[[], Provider]) -> Provider:
    """Return a provider with an empty register."""
    return new_provider()
