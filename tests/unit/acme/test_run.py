# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run over several sites, with an authority that proves some names and not others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._acme.run import Run
from ansible_collections.magmasoft.hosting.plugins.module_utils._acme.store import FILE, CertificateStore
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.certificates import StandIns, facts_of
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.dehydrated import OrderFailed
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.acme import OrderState, load_state
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from .authority import Signer

ONE, TWO = "one.example", "two.example"
SITES = {ONE: (ONE, "www.one.example", "old.example"), TWO: (TWO,)}
PROVABLE = (ONE, "www.one.example")


@dataclass
class _Authority:
    """Certifies what it can prove; of what it can't, it names the first."""

    lapsed: dict[str, str] = field(default_factory=dict)
    down: str = ""
    orders: list[tuple[str, ...]] = field(default_factory=list)
    signer: Signer = field(default_factory=Signer)

    def order(self, names: Sequence[str], request: bytes) -> bytes:
        self.orders.append(tuple(names))
        if self.down in names:
            raise OrderFailed(names, "it is not there", ends_run=True)
        for name in names:
            if name in self.lapsed:
                raise OrderFailed([name], self.lapsed[name])
        return self.signer.sign(request)


@dataclass
class _World:
    place: Path
    authority: _Authority = field(default_factory=_Authority)
    sites: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(SITES))
    now: float = 1_800_000_000
    reloads: int = 0
    broken: str = ""

    def __post_init__(self) -> None:
        for site in self.sites:
            (self.place / site).mkdir()
            (self.place / site / FILE).write_bytes(StandIns().issue([site]).content)

    def run(self) -> OrderState:
        state = load_state(str(self.place / "state.json"))
        Run(self.sites, state, self.store, self.authority, self._reload, save=self._save, clock=lambda: self.now).run()
        return load_state(str(self.place / "state.json"))

    @property
    def store(self) -> CertificateStore:
        return CertificateStore(str(self.place), self.place / "reload")

    def names(self, site: str) -> set[str]:
        """Return the names that visitors get a certificate for, nothing for a stand-in."""
        facts = facts_of((self.place / site / FILE).read_bytes())
        assert facts is not None
        return set() if facts.stand_in else set(facts.names)

    def _reload(self) -> None:
        if self.broken:
            raise ServiceUnavailable(self.broken, remedy="mend it")
        self.reloads += 1

    def _save(self, state: OrderState) -> None:
        (self.place / "state.json").write_bytes(state.dump())


@pytest.fixture
def world(tmp_path: Path) -> _World:
    return _World(tmp_path)


def test_all_sites_get_a_certificate_and_apache_is_reloaded_once(world: _World) -> None:
    state = world.run()
    assert {site: world.names(site) for site in SITES} == {site: set(names) for site, names in SITES.items()}
    assert (world.reloads, state.refusals, state.problem) == (1, {}, None)
    path = world.place / ONE / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    key = serialization.load_pem_private_key(path.read_bytes()[path.read_bytes().find(b"-----BEGIN PRIVATE") :], None)
    assert x509.load_pem_x509_certificate(path.read_bytes()).public_key() == key.public_key()
    # and then there is nothing to do
    assert world.run().refusals == {}
    assert (world.reloads, len(world.authority.orders)) == (1, 2)


def test_an_alias_that_lapsed_keeps_neither_its_site_nor_others_from_a_certificate(world: _World) -> None:
    world.authority.lapsed = {"old.example": "no such name"}
    state = world.run()
    assert world.names(ONE) == set(PROVABLE)
    assert world.names(TWO) == {TWO}
    assert state.refusals.keys() == {"old.example"}
    told = list(state.told(world.sites, world.now))
    assert [(site, name) for site, name, _reason in told] == [(ONE, "old.example")]
    assert told[0][2].startswith("no such name; refused since 2027-01-15 08:00 UTC, tried again after")
    # it is not asked for again and again
    orders = len(world.authority.orders)
    world.run()
    assert len(world.authority.orders) == orders
    # when it is back, it comes into the certificate
    world.authority.lapsed = {}
    world.now += 3600
    assert world.run().refusals == {}
    assert world.names(ONE) == set(SITES[ONE])


def test_renewal_with_an_alias_that_lapsed(world: _World) -> None:
    world.run()
    world.authority.lapsed = {"old.example": "no such name"}
    for days in range(60, 90):
        world.now = world.authority.signer.begin + days * 86400
        world.run()
        facts = facts_of((world.place / ONE / FILE).read_bytes())
        assert facts is not None
        # at no time is there a certificate that has ended
        assert facts.end > world.now
        if world.names(ONE) == set(PROVABLE):
            break
    assert world.names(ONE) == set(PROVABLE)
    assert world.run().refusals.keys() == {"old.example"}
    assert world.names(TWO) == {TWO}


def test_several_names_that_lapsed_cost_one_order_each(world: _World) -> None:
    world.authority.lapsed = {"www.one.example": "gone", "old.example": "elsewhere"}
    state = world.run()
    assert world.names(ONE) == {ONE}
    assert {name: refusal.reason for name, refusal in state.refusals.items()} == world.authority.lapsed
    assert [names for names in world.authority.orders if ONE in names] == [SITES[ONE], (ONE, "old.example"), (ONE,)]


def test_a_site_of_which_nothing_can_be_proved_keeps_what_it_has(world: _World) -> None:
    world.authority.lapsed = dict.fromkeys(SITES[ONE], "no such name")
    state = world.run()
    assert world.names(ONE) == set()
    assert state.refusals.keys() == set(SITES[ONE])
    assert world.names(TWO) == {TWO}


def test_an_authority_that_is_down_is_named_and_asked_once(world: _World) -> None:
    world.authority.down = ONE
    world.sites = {ONE: SITES[ONE], TWO: SITES[TWO]}
    state = world.run()
    assert state.problem == "the authority: it is not there"
    assert len(world.authority.orders) == 1
    assert next(state.told({}, world.now)) == ("", "", "the authority: it is not there")
    # the next run begins with another site, so that one order at which it fails does not keep all others from theirs
    world.now += 1
    world.run()
    assert world.names(TWO) == {TWO}


def test_a_certificate_of_something_else_is_not_taken(world: _World) -> None:
    world.authority.signer.names = ["victim.example"]
    state = world.run()
    assert world.names(ONE) == world.names(TWO) == set()
    assert "not a certificate of what was asked for" in state.refusals[TWO].reason


def test_what_a_killed_run_has_put_there_is_taken_over_by_the_next(world: _World) -> None:
    world.broken = "Apache: syntax error in somebody's file"
    state = world.run()
    assert state.problem is not None
    assert "syntax error" in state.problem
    assert world.names(TWO) == {TWO}
    world.broken = ""
    assert world.run().problem is None
    assert world.reloads == 1
    assert len(world.authority.orders) == 2


def test_a_site_that_was_removed_meanwhile_leaves_no_key_behind(world: _World) -> None:
    (world.place / TWO / FILE).unlink()
    (world.place / TWO).rmdir()
    world.run()
    assert not (world.place / TWO).exists()
    assert world.names(ONE) == set(SITES[ONE])


def test_more_names_than_a_certificate_holds_cost_the_site_only_those(world: _World) -> None:
    names = tuple(f"n{number}.one.example" for number in range(101))
    world.sites = {ONE: names, TWO: SITES[TWO]}
    assert world.run().problem == f"{ONE}: there is room for 100 names in its certificate, so not for n100.one.example"
    assert world.names(ONE) == set(names[:100])


def test_a_site_whose_place_is_odd_does_not_stop_the_others(world: _World, tmp_path: Path) -> None:
    (world.place / ONE / FILE).unlink()
    (world.place / ONE / FILE).symlink_to(tmp_path / "elsewhere")
    state = world.run()
    assert state.problem is not None
    assert state.problem.startswith(f"{ONE}: ")
    assert world.names(TWO) == {TWO}
    assert world.reloads == 1


def test_what_is_remembered_of_names_goes_with_them(world: _World) -> None:
    world.authority.lapsed = {"old.example": "no such name"}
    world.run()
    world.sites = {ONE: PROVABLE, TWO: SITES[TWO]}
    assert world.run().refusals == {}
    assert b"old.example" not in (world.place / "state.json").read_bytes()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"refusals": {"a": 1}, "checked": 1, "problem": null}'])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    assert load_state(str(path)) == load_state(str(tmp_path / "missing")) == OrderState()


def test_a_timer_that_stands_still_is_told() -> None:
    state = OrderState(checked=1_800_000_000)
    assert list(state.told({}, 1_800_000_000 + 86400)) == []
    assert "hosting-certificates.timer" in next(state.told({}, 1_800_000_000 + 3 * 86400))[2]
