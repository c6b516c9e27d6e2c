# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as operators run them, faults included, on the provider that HOSTING_TEST_HOST names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider


@pytest.fixture(scope="session")
def admitted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The host, with a key of the tests' own."""
    name = os.environ.get("HOSTING_TEST_HOST")
    if not name:
        pytest.skip("HOSTING_TEST_HOST names no host; Molecule sets it")
    with Host(name, tmp_path_factory.mktemp("keys")).admitted() as found:
        yield found


@pytest.fixture(scope="session")
def new_provider(
    tmp_path_factory: pytest.TempPathFactory, admitted: Host
) -> Callable[[], AbstractContextManager[Provider]]:
    """Return how to get a provider with an empty register; what it made on the host goes with it."""
    inventory = os.environ.get("HOSTING_TEST_INVENTORY")
    if not inventory:
        pytest.skip("HOSTING_TEST_INVENTORY names no provider; Molecule sets it")

    @contextmanager
    def new() -> Iterator[Provider]:
        directory = tmp_path_factory.mktemp("provider")
        found = Provider(Host(admitted.name), admitted, Path(inventory), directory)
        try:
            yield found
        finally:
            found.sweep()

    return new


@pytest.fixture
def provider(new_provider: Callable[[], AbstractContextManager[Provider]]) -> Iterator[Provider]:
    """A provider with an empty register."""
    with new_provider() as found:
        yield found
