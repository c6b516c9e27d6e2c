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
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider, kill_group

KILLS = int(os.environ.get("HOSTING_KILLS", "1"))
SEED = int(os.environ.get("HOSTING_SEED", str(random.randrange(2**32))))
# A module that comes by pipelining is an interpreter without arguments. Waits for as many as the first argument says,
# lets the last one work as long as the second says, then kills whichever runs, and says so.
KILLER = """
started=0 seen=
while [ "$started" -lt "$1" ]; do
    for pid in $(pgrep -x -f /usr/bin/python3); do
        case " $seen " in *" $pid "*) continue ;; esac
        seen="$seen $pid" started=$((started + 1))
    done
    sleep 0.02
done
sleep "$2"
until pkill -KILL -x -f /usr/bin/python3; do sleep 0.01; done
echo killed
"""
# How many modules of ours a run has before the last one, which may be gone before it is killed.
MODULES = 6


@dataclass
class Whole:
    """What a run that nobody interrupts leaves of a customer, and how long it takes on this machine."""

    state: str
    seconds: float


@pytest.fixture(scope="module")
def whole(new_provider: Callable[[], Provider]) -> Whole:
    """One customer, made in one go."""
    provider = new_provider()
    name = provider.customer("kill-none")
    done = provider.apply()
    return Whole(_state(provider, name), done.seconds)


def _controller(provider: Provider, chance: random.Random, seconds: float, output: Path) -> None:
    process = provider.start("customers", output=output)
    time.sleep(chance.uniform(0.1, 1) * seconds)
    kill_group(process)


def _module(provider: Provider, chance: random.Random, _seconds: float, output: Path) -> None:
    """Kill a module on the host; what it was about has to be named at the end."""
    number, delay = chance.randint(1, MODULES), chance.uniform(0, 0.6)
    with subprocess.Popen(
        ["podman", "exec", provider.host.container, "sh", "-c", KILLER, "sh", str(number), f"{delay:.2f}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    ) as killer:  # fmt: skip
        process = provider.start("customers", output=output)
        try:
            assert process.wait() != 0, output.read_text("utf-8")
            assert killer.communicate(timeout=10)[0] == "killed\n"
        finally:
            killer.kill()


def _container(provider: Provider, chance: random.Random, seconds: float, output: Path) -> None:
    process = provider.start("customers", output=output)
    time.sleep(chance.uniform(0.1, 1) * seconds)
    subprocess.run(["podman", "kill", "--signal", "KILL", provider.host.container], check=True, capture_output=True)
    process.wait()
    root = Path(__file__).resolve().parents[2]
    subprocess.run([str(root / "lab/host"), "up", provider.host.name], check=True, capture_output=True)


KINDS: dict[str, Callable[[Provider, random.Random, float, Path], None]] = {
    "controller": _controller,
    "module": _module,
    "container": _container,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "number", [pytest.param(number, marks=[pytest.mark.torture] if number else []) for number in range(KILLS)]
)
def test_a_killed_run_heals(provider: Provider, whole: Whole, tmp_path: Path, kind: str, number: int) -> None:
    print(f"HOSTING_SEED={SEED} kind={kind} number={number}")
    names = [provider.customer(f"kill-{kind}-{number}-{letter}") for letter in "ab"]
    KINDS[kind](provider, random.Random(f"{SEED}-{kind}-{number}"), whole.seconds, tmp_path / "killed.log")
    provider.apply()
    states = {name: _state(provider, name) for name in names}
    provider.unchanged()
    assert states == dict.fromkeys(names, whole.state)
    _all_passwords_are_known(provider, names)


def _state(provider: Provider, name: str) -> str:
    """Return what the host holds of a customer, as it would be of one with any other name."""
    return provider.snapshot(name)[name].replace(name, "NAME")


def _all_passwords_are_known(provider: Provider, names: list[str]) -> None:
    pending = [json.loads(path.read_text("utf-8")) for path in (provider.letters / "pending").glob("*.json")]
    assert [key for found in pending for key in found["logins"]] == []
    for name in names:
        logins = provider.letter(name)["logins"]
        assert {login["service"] for login in logins} >= {"imap", "submission", "ftp", "database"}
        assert all(login["password"] for login in logins), logins
        done = provider.run("onboard", customer=name)
        assert done.code == 0, done.output
