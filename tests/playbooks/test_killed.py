# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed at any moment, the next run ends in the same state as an uninterrupted one, and every password is known.

HOSTING_KILLS says how many kills of each kind (1), HOSTING_SEED repeats a run; the seed is printed.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider, kill_group

KILLS = int(os.environ.get("HOSTING_KILLS", "1"))
SEED = int(os.environ.get("HOSTING_SEED", str(random.randrange(2**32))))


def _controller(provider: Provider, process: subprocess.Popen[bytes]) -> None:
    kill_group(process)


def _module(provider: Provider, process: subprocess.Popen[bytes]) -> None:
    """Kill the modules on the host as soon as there are any."""
    until = time.monotonic() + 10
    while time.monotonic() < until and process.poll() is None:
        found = provider.host.run("pkill", "-KILL", "-f", "AnsiballZ_|magmasoft", check=False)
        if found or provider.host.run("pgrep", "-f", "AnsiballZ_", check=False):
            provider.host.run("pkill", "-KILL", "-f", "AnsiballZ_", check=False)
            break
    process.wait()


def _container(provider: Provider, process: subprocess.Popen[bytes]) -> None:
    subprocess.run(["podman", "kill", "--signal", "KILL", provider.host.name], check=True, capture_output=True)
    process.wait()
    root = Path(__file__).resolve().parents[2]
    subprocess.run([str(root / "lab/host"), "up", provider.host.name], check=True, capture_output=True)


KINDS: dict[str, Callable[[Provider, subprocess.Popen[bytes]], None]] = {
    "controller": _controller,
    "module": _module,
    "container": _container,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_heals(provider: Provider, tmp_path: Path, kind: str, number: int) -> None:
    chance = random.Random(f"{SEED}-{kind}-{number}")
    print(f"HOSTING_SEED={SEED} kind={kind} number={number}")
    names = [provider.customer(f"kill-{kind}-{number}-{letter}") for letter in "ab"]
    # How long a run takes on this machine; nothing is there yet that it could do but look.
    started = time.monotonic()
    provider.run("customers", "--check")
    usual = time.monotonic() - started
    process = provider.start("customers", output=tmp_path / "killed.log")
    time.sleep(chance.uniform(0.2, 1.2) * usual)
    KINDS[kind](provider, process)
    provider.apply()
    healed = provider.snapshot(*names)
    provider.unchanged()
    assert _alike(healed, names), healed
    _all_passwords_are_known(provider, names)


def _alike(snapshot: dict[str, str], names: list[str]) -> bool:
    """Tell whether both customers, of whom one may have been interrupted, look the same but for their names."""
    first, second = (snapshot[name].replace(name, "NAME") for name in names)
    return first == second


def _all_passwords_are_known(provider: Provider, names: list[str]) -> None:
    pending = [json.loads(path.read_text("utf-8")) for path in (provider.letters / "pending").glob("*.json")]
    assert [key for found in pending for key in found["logins"]] == []
    for name in names:
        logins = provider.letter(name)["logins"]
        assert {login["service"] for login in logins} >= {"imap", "submission", "ftp", "database"}
        assert all(login["password"] for login in logins), logins
        done = provider.run("onboard", customer=name)
        assert done.code == 0, done.output
