# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkouts on one machine do not meet: neither their hosts, nor what removes them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import ROOT, Host


class Checkout:
    """A copy of lab/, whose hosts are made from the image of the host under test: an own one would take minutes."""

    def __init__(self, place: Path, image: str) -> None:
        shutil.copytree(ROOT / "lab", place / "lab")
        self._place = place
        # nothing of the checkout that runs this test
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HOSTING_")}
        self._environment = {**clean, "HOSTING_FROM": image, "HOSTING_TIMERS": "waiting"}

    def run(self, program: str, *arguments: str, place: str = "lab") -> str:
        """Run a program of lab/ and return what it printed."""
        environment = {**self._environment, "HOSTING_PLACE": str(self._place / "build" / place)}
        done = subprocess.run(
            [self._place / "lab" / program, *arguments], check=True, capture_output=True, text=True, env=environment
        )
        return done.stdout.strip()

    def forget(self) -> None:
        """Lose build/, as somebody does who removes a checkout without make clean."""
        shutil.rmtree(self._place / "build")


def _running() -> set[str]:
    done = subprocess.run(
        ["podman", "container", "ls", "--format", "{{.Names}}"], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


@pytest.fixture
def checkouts(host: Host, tmp_path: Path) -> Iterator[list[Checkout]]:
    """Return two of them; nothing that they have made stays."""
    image = subprocess.run(
        ["podman", "container", "inspect", "--format", "{{.Image}}", host.container],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    found = [Checkout(tmp_path / name, image) for name in ("one", "two")]
    try:
        yield found
    finally:
        for checkout in found:
            checkout.run("clean")


def test_hosts_of_one_name_live_side_by_side(host: Host, checkouts: list[Checkout]) -> None:
    one, two = checkouts
    for checkout in checkouts:
        checkout.run("host", "up", "--replace", host.name, place="test")
    names = {checkout.run("host", "container", host.name, place="test") for checkout in checkouts} | {host.container}
    assert len(names) == 3
    assert names <= _running()
    one.run("clean")
    assert names & _running() == {two.run("host", "container", host.name, place="test"), host.container}
    assert host.run("cat", "/etc/hostname").strip() == host.name


def test_the_lab_of_another_checkout_is_left_alone_as_long_as_that_lives(checkouts: list[Checkout]) -> None:
    one, two = checkouts
    first, second = (_lab(checkout) for checkout in checkouts)
    assert first != second
    one.forget()
    third = _lab(one)
    assert {second, third} <= _running()
    # unless somebody at this machine has a lab: nobody is left to whom the name belongs
    assert third == first or first != "hosting-lab"
    # make clean removes the hosts of its checkout also where build/ is gone
    two.forget()
    two.run("clean")
    assert second not in _running()
    assert third in _running()


def _lab(checkout: Checkout) -> str:
    checkout.run("host", "up", "hosting-lab")
    return checkout.run("host", "container", "hosting-lab")
