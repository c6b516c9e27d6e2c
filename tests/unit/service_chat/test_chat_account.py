# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat accounts with a Prosody in memory: what is wanted, what is found, what is planned, what is done."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.prosody import Held, ServedAccounts
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, Incomplete
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.certificates import (
    CertificateDirectory,
    Certificates,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.model import SENTINEL
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.switch import Generations
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import Scope
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch, reconcile
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.chat.account import (
    ChatAccountService,
    ChatParts,
)

ANNA, BERT, CARLA = "anna@one.example", "bert@one.example", "carla@two.example"


class Prosody:
    """A chat server in memory. Domains in ``broken`` can't be brought into service."""

    name = "prosody"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hosts = {"localhost"}
        self.own_hosts = {"localhost"}
        self.number: int | None = 0
        self.held: dict[str, Held] = {}
        self.broken: set[str] = set()
        self.unerasable: set[str] = set()
        self.asked: list[list[str]] = []
        self.ended: list[str] = []
        self.restarts = 0

    def sentinel(self, number: int) -> bytes:
        return f"hosting_generation = {number}\n".encode()

    def check(self, generation: Path) -> str | None:
        assert (generation / self.name / SENTINEL).is_file()
        return None

    def reload(self) -> Mapping[str, str]:
        directory = self.root / "current" / self.name
        text = "".join(path.read_text() for path in sorted(directory.iterdir()))
        self.number = int(re.findall(r"hosting_generation = (\d+)", text)[0])
        self.hosts = self.own_hosts | set(re.findall(r'VirtualHost "(.*)"', text))
        return {host: f"{host}: has no certificate" for host in sorted(self.hosts & self.broken)}

    def restart(self) -> None:
        self.restarts += 1
        self.reload()

    def active(self) -> bool:
        return True

    def answer(self) -> int | None:
        return self.number

    def mark_log(self) -> None:
        """Nothing."""

    def complaints(self) -> str:
        return ""

    def look(self, addresses: Sequence[str]) -> ServedAccounts:
        self.asked.append(list(addresses))
        return ServedAccounts(frozenset(self.hosts), {address: self.held.get(address, Held()) for address in addresses})

    def end_sessions(self, addresses: Sequence[str]) -> None:
        self.ended += addresses
        for address in addresses:
            before = self.held.get(address, Held())
            self.held[address] = Held(0, before.stores, before.uploads)

    def erase(self, addresses: Sequence[str]) -> Mapping[str, HostingError]:
        for address in set(addresses) - self.unerasable:
            self.held.pop(address, None)
        return {address: Incomplete("left", remedy="again") for address in self.unerasable & set(addresses)}


class World:
    """A host with Prosody on it."""

    def __init__(self, root: Path) -> None:
        directory = root / "state" / "generations" / "0" / "prosody"
        directory.mkdir(parents=True)
        (directory / SENTINEL).write_text("hosting_generation = 0\n")
        (root / "state" / "current").symlink_to("generations/0")
        self.root = root
        self.prosody = Prosody(root / "state")

    def run(self, *items: dict[str, Any], check: bool = False, complete: bool = False) -> Report:
        """Do what the module does."""
        generations = Generations(
            f"{self.root}/state", [self.prosody], readers=os.getgid(), patience=1, sleep=lambda _seconds: None
        )
        if not check:
            generations.recover()
        place = CertificateDirectory(f"{self.root}/certificates", "chat.pem")
        certificates = Certificates("files", "", place, _nobody)
        parts = ChatParts(self.prosody, generations, certificates)  # type: ignore[arg-type]  # stands for it
        service = ChatAccountService(items, parts)
        return reconcile([Batch(service, service.wanted(), Scope(complete=complete))], check_mode=check)

    def files(self) -> list[str]:
        """Return the domains that are current."""
        return sorted(path.name for path in (self.root / "state/current/prosody").iterdir() if path.name != SENTINEL)


def _nobody() -> Any:
    raise AssertionError("nothing is to be signed")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a host without accounts."""
    return World(tmp_path)


def account(name: str, state: str = "present", customer: str = "", **more: Any) -> dict[str, Any]:
    """Return an item; the customer is called as its domain begins."""
    owner = customer or name.rpartition("@")[2].partition(".")[0]
    return {"name": name, "customer": owner, "state": state, "managed": True, **more}


def actions(report: Report) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Return what became of each account."""
    return {item["name"]: (item["action"], item["status"], tuple(item["fields"])) for item in report.results}


def code(report: Report, name: str) -> str | None:
    """Return the code of an account's error."""
    error = next(item["error"] for item in report.results if item["name"] == name)
    return error["code"] if error else None


def test_accounts_come_and_go_with_their_domains(world: World) -> None:
    wanted = [account(ANNA), account(BERT), account(CARLA)]
    predicted = world.run(*wanted, check=True)
    assert world.files() == []
    done = world.run(*wanted)
    assert actions(done) == dict.fromkeys((ANNA, BERT, CARLA), ("create", "done", ("certificate", "configuration")))
    assert {name: rest[0::2] for name, rest in actions(predicted).items()} == {
        name: rest[0::2] for name, rest in actions(done).items()
    }
    assert world.files() == ["one.example.conf", "two.example.conf"]
    assert world.run(*wanted).results == []
    assert world.prosody.asked[-1] == []
    assert actions(world.run(account(ANNA, "absent"))) == {ANNA: ("remove", "done", ("mark",))}
    assert world.files() == ["one.example.conf", "two.example.conf"]
    world.run(account(BERT, "absent"))
    assert world.files() == ["two.example.conf"]
    assert world.run(account(BERT, "absent")).results == []
    assert world.prosody.restarts == 0


def test_a_domain_that_stays_is_not_reloaded_for_one_account_more(world: World) -> None:
    world.run(account(ANNA))
    number = world.prosody.number
    world.run(account(ANNA), account(BERT))
    assert world.prosody.number == number


def test_suspension_ends_sessions_and_keeps_data(world: World) -> None:
    world.run(account(ANNA), account(BERT))
    world.prosody.held = {ANNA: Held(2, ("roster",), 1), BERT: Held(1, ("roster",), 0)}
    assert actions(world.run(account(ANNA, "suspended"))) == {ANNA: ("suspend", "done", ("sessions",))}
    assert world.prosody.held == {ANNA: Held(0, ("roster",), 1), BERT: Held(1, ("roster",), 0)}
    assert world.run(account(ANNA, "suspended")).results == []
    world.prosody.held[ANNA] = Held(1, ("roster",), 1)
    assert actions(world.run(account(ANNA, "suspended"))) == {ANNA: ("change", "done", ("sessions",))}
    assert actions(world.run(account(ANNA))) == {ANNA: ("resume", "done", ())}


def test_absent_removes_what_is_held(world: World) -> None:
    world.run(account(ANNA), account(BERT))
    world.prosody.held = {ANNA: Held(1, ("roster", "pep"), 3), BERT: Held(0, ("roster",), 1)}
    done = world.run(account(ANNA, "absent"))
    assert actions(done) == {ANNA: ("remove", "done", ("data", "mark", "uploads"))}
    assert world.prosody.held == {BERT: Held(0, ("roster",), 1)}


def test_what_could_not_be_removed_keeps_its_mark(world: World) -> None:
    world.run(account(ANNA), account(BERT))
    world.prosody.held[ANNA] = Held(0, ("roster",), 0)
    world.prosody.unerasable = {ANNA}
    report = world.run(account(ANNA, "absent"), account(BERT, "absent"))
    assert [rest[1] for rest in actions(report).values()] == ["failed", "done"]
    assert code(report, ANNA) == "incomplete"
    world.prosody.unerasable = set()
    assert actions(world.run(account(ANNA, "absent")))[ANNA][1] == "done"
    assert world.files() == []


def test_data_and_domains_of_others_are_left_alone(world: World) -> None:
    world.prosody.held = {ANNA: Held(0, ("roster",), 0)}
    world.prosody.own_hosts = world.prosody.hosts = {"localhost", "two.example"}
    for name in (ANNA, CARLA):
        assert code(world.run(account(name)), name) == "not-ours"
        assert world.run(account(name, "absent")).results == []
        found = world.run(account(name, managed=False))
        assert (found.results, [item["found"] for item in found.unmanaged]) == ([], ["yes"])
    assert world.prosody.held == {ANNA: Held(0, ("roster",), 0)}
    assert world.files() == []


def test_another_customer_s_account(world: World) -> None:
    world.run(account(ANNA))
    for state in ("present", "suspended", "absent"):
        assert code(world.run(account(ANNA, state, customer="two")), ANNA) == "owned-by-other"


def test_orphans_are_told(world: World) -> None:
    world.run(account(ANNA), account(CARLA))
    report = world.run(account(ANNA), complete=True)
    assert report.orphans == [{"kind": "chat_account", "name": CARLA, "customer": "two"}]
    assert report.results == []


def test_the_domain_at_fault_is_left_out_and_nobody_is_thrown_out(world: World) -> None:
    world.prosody.broken = {"two.example"}
    report = world.run(account(ANNA), account(BERT), account(CARLA))
    assert {name: rest[1] for name, rest in actions(report).items()} == {ANNA: "done", BERT: "done", CARLA: "failed"}
    assert code(report, CARLA) == "configuration-rejected"
    assert world.files() == ["one.example.conf"]
    world.prosody.broken = set()
    assert actions(world.run(account(ANNA), account(BERT), account(CARLA)))[CARLA][1] == "done"


@pytest.mark.parametrize(
    "name", ["", "a", "@one.example", 'a"@one.example', "a@one", "a@../x", "Ä@one.example", "a@b@c.example"]
)
def test_no_odd_name_reaches_the_configuration(world: World, name: str) -> None:
    for state in ("present", "suspended"):
        assert code(world.run(account(name, state, customer="one")), name) == "invalid-name"
    assert all(name not in asked for asked in world.prosody.asked)
    assert world.files() == []


def test_what_somebody_altered_is_put_right(world: World) -> None:
    world.run(account(ANNA), account(BERT))
    path = world.root / "state/current/prosody/one.example.conf"
    before = path.read_bytes()
    path.write_bytes(before + b"-- mine\n")
    assert {rest[2] for rest in actions(world.run(account(ANNA), account(BERT))).values()} == {("configuration",)}
    assert (world.root / "state/current/prosody/one.example.conf").read_bytes() == before


def test_prosody_down_ends_the_run_before_anything_is_done(world: World) -> None:
    world.prosody.number = None
    world.prosody.active = lambda: False  # type: ignore[method-assign]
    report = world.run(account(ANNA))
    assert report.unavailable is not None
    assert report.unavailable["code"] == "service-unavailable"
    assert world.files() == []
