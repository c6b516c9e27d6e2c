# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What everything together takes."""

from __future__ import annotations

import json
import subprocess

from ansible_collections.magmasoft.hosting.tests.integration.host import Host

GIGABYTES = 2.0
_UNITS = {"B": 1e-9, "kB": 1e-6, "MB": 1e-3, "GB": 1.0}


def test_all_services_take_less_than_two_gigabytes(host: Host) -> None:
    command = ["podman", "stats", "--no-stream", "--format", "json", host.container]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    usage = json.loads(done.stdout)[0]["mem_usage"].partition(" / ")[0]
    number = usage.rstrip("kMGB")
    assert float(number) * _UNITS[usage.removeprefix(number)] < GIGABYTES, usage
