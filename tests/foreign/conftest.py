# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report and export on a host that was set up by hand: no role of ours, nothing that modules of ours have made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.conftest import host, repository
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

from .life import live
from .operator import Bag, Operator

__all__ = ["host", "repository"]


@pytest.fixture(scope="session")
def lived(host: Host) -> Host:
    """Return the host after both customers have used every service of it."""
    live(host, host.address)
    return host


@pytest.fixture
def operator(lived: Host, tmp_path: Path) -> Operator:
    """Return somebody who runs playbooks."""
    return Operator(lived, Path(os.environ["HOSTING_TEST_INVENTORY"]), tmp_path)


@pytest.fixture(scope="session")
def bag(lived: Host, tmp_path_factory: pytest.TempPathFactory) -> Bag:
    """Return the bag with everything of the customer, unpacked."""
    place = tmp_path_factory.mktemp("bag")
    found = Operator(lived, Path(os.environ["HOSTING_TEST_INVENTORY"]), place)
    return found.bag(found.export("everything"), place / "unpacked")
