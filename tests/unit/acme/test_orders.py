# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names are ordered when: never one more than can be proved, never one less than there could be."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._acme.orders import due, refused
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.certificates import CertificateFacts
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.acme import Refusal

DAY = 86400
NOW = 1000 * DAY
NAMES = ("verein.example", "www.verein.example", "old.example")
WITHOUT_OLD = NAMES[:2]


def _held(*names: str, left: int, life: int = 90, stand_in: bool = False) -> CertificateFacts:
    """Return a certificate that has so many days left of its life."""
    end = NOW + left * DAY
    return CertificateFacts(frozenset(names), end - life * DAY, end, stand_in)


def _refusals(*names: str, again: int = NOW + 1) -> dict[str, Refusal]:
    return {name: Refusal("no such name", NOW - DAY, 1, again) for name in names}


@pytest.mark.parametrize("held", [None, _held(*NAMES, left=800, stand_in=True)])
def test_a_site_without_a_certificate_gets_one_for_what_can_be_proved(held: CertificateFacts | None) -> None:
    assert due(NAMES, held, {}, NOW) == NAMES
    assert due(NAMES, held, _refusals("old.example"), NOW) == WITHOUT_OLD
    assert due(NAMES, held, _refusals(*NAMES), NOW) == ()
    assert due(NAMES, held, _refusals("old.example", again=NOW), NOW) == NAMES


def test_a_certificate_is_kept_for_two_thirds_of_its_life() -> None:
    assert due(NAMES, _held(*NAMES, left=31), {}, NOW) == ()
    assert due(NAMES, _held(*NAMES, left=30), {}, NOW) == NAMES
    assert due(NAMES, _held(*NAMES, left=3, life=6), {}, NOW) == ()
    assert due(NAMES, _held(*NAMES, left=2, life=6), {}, NOW) == NAMES


def test_a_name_that_comes_or_goes_changes_the_certificate_at_once() -> None:
    assert due(NAMES, _held(*WITHOUT_OLD, left=80), {}, NOW) == NAMES
    assert due(WITHOUT_OLD, _held(*NAMES, left=80), {}, NOW) == WITHOUT_OLD


def test_a_name_that_is_refused_orders_nothing_new() -> None:
    assert due(NAMES, _held(*WITHOUT_OLD, left=80), _refusals("old.example"), NOW) == ()
    # when its time has come, it is tried with the others
    assert due(NAMES, _held(*WITHOUT_OLD, left=80), _refusals("old.example", again=NOW), NOW) == NAMES


def test_a_name_that_fails_at_renewal_is_given_up_only_when_time_runs_out() -> None:
    refusals = _refusals("old.example")
    assert due(NAMES, _held(*NAMES, left=30), refusals, NOW) == ()
    assert due(NAMES, _held(*NAMES, left=16), refusals, NOW) == ()
    assert due(NAMES, _held(*NAMES, left=15), refusals, NOW) == WITHOUT_OLD
    # nothing can be proved any more: the certificate is left to end
    assert due(NAMES, _held(*NAMES, left=1), _refusals(*NAMES), NOW) == ()


def test_a_new_name_does_not_wait_for_one_that_fails() -> None:
    names = (*NAMES, "new.example")
    assert due(names, _held(*NAMES, left=80), _refusals("old.example"), NOW) == (*WITHOUT_OLD, "new.example")


def test_each_failure_waits_twice_as_long_up_to_a_quarter_of_a_day() -> None:
    refusal = None
    waits = []
    for number in range(6):
        refusal = refused(refusal, f"reason {number}", NOW + number)
        waits.append((refusal.again - NOW - number) / 3600)
    assert waits == [1, 2, 4, 6, 6, 6]
    assert refusal is not None
    assert (refusal.reason, refusal.since, refusal.tries) == ("reason 5", NOW, 6)
