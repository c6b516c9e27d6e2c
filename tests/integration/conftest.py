# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests against a real host: the container that HOSTING_TEST_HOST names, built by the playbook `servers`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Return the host under test."""
    name = os.environ.get("HOSTING_TEST_HOST")
    if not name:
        pytest.skip("HOSTING_TEST_HOST names no container; Molecule sets it")
    with Host(name, tmp_path_factory.mktemp("keys")).admitted() as found:
        yield found


@pytest.fixture(scope="session")
def directory_base() -> str:
    """Return the base of the directory on the host under test."""
    return os.environ.get("HOSTING_TEST_BASE", "dc=lab,dc=example")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return Path(__file__).resolve().parents[2]
