# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the machine is set to, the lab and the checks find the same environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Settings that operators have, each of which has a say in something that the lab starts.
SETTINGS = {
    "ANSIBLE_FORKS": "1",
    "ANSIBLE_STDOUT_CALLBACK": "null",
    "ANSIBLE_VAULT_PASSWORD_FILE": "/nowhere",
    "CURL_CA_BUNDLE": "/nowhere",
    "HTTPS_PROXY": "http://proxy.invalid:3128",
    "LC_ALL": "tr_TR.UTF-8",
    "LDAPTLS_REQCERT": "never",
    "MOLECULE_DEBUG": "1",
    "PYTEST_ADDOPTS": "--exitfirst",
    "PYTHONPATH": "/nowhere",
    "REQUESTS_CA_BUNDLE": "/nowhere",
    "SSH_AUTH_SOCK": "/nowhere",
    "SSL_CERT_FILE": "/nowhere",
    "http_proxy": "http://proxy.invalid:3128",
}


@pytest.fixture
def found(tmp_path: Path) -> dict[str, str]:
    """Return what programs find that the lab starts from a copy of the checkout, and the mask of their files."""
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "env").write_text((ROOT / "lab" / "env").read_text("utf-8"), "utf-8")
    script = "umask 077; set -eu; source lab/env; isolate; env --null; printf 'umask=%s' $(umask)"
    done = subprocess.run(
        ["bash", "-c", script], check=True, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, **SETTINGS}
    )
    return dict(entry.split("=", 1) for entry in done.stdout.split("\0"))


def test_settings_of_the_machine_do_not_reach_the_lab(found: dict[str, str]) -> None:
    assert {name: found.get(name) for name in SETTINGS if name in found} == {"LC_ALL": "C.UTF-8"}


def test_files_can_be_read_by_the_daemons_for_which_they_are(found: dict[str, str]) -> None:
    assert found["umask"] == "0022"


def test_clients_find_no_settings_of_the_operator(found: dict[str, str], tmp_path: Path) -> None:
    assert found["HOME"] == str(tmp_path / "build" / "home")
    assert list((tmp_path / "build" / "home").iterdir()) == []
