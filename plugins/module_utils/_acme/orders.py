# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of a site are to be ordered now. Pure functions; times are seconds.

A name that the authority refuses must not cost the others their certificate, and is not asked for again at once: an
authority counts failures (RFC 8555, 10.5). One that a certificate has is not given up as soon as it fails, either,
since the fault may be over before that certificate ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._clients.certificates import CertificateFacts
from .._daemon_config.acme import Refusal

_FIRST_WAIT = 3600
_LONGEST_WAIT = 6 * 3600
# A new certificate is ordered with such a part of its life left, and without names that fail with such a part.
_RENEW, _GIVE_UP = 3, 6


def due(
    wanted: Sequence[str], held: CertificateFacts | None, refusals: Mapping[str, Refusal], now: float
) -> tuple[str, ...]:
    """Return the names to order for a site that has this certificate, nothing where it is to be kept for now."""
    provable = tuple(name for name in wanted if name not in refusals or refusals[name].again <= now)
    if held is None or held.stand_in:
        return provable
    added, surplus = set(provable) - held.names, held.names - set(wanted)
    if added or surplus:
        return provable
    left, life = held.end - now, held.end - held.begin
    failing = held.names - set(provable)
    return provable if left <= life / (_GIVE_UP if failing else _RENEW) else ()


def refused(before: Refusal | None, reason: str, now: float) -> Refusal:
    """Return what is to be remembered of a name that was refused, maybe once more: each time it waits twice as long."""
    tries = before.tries + 1 if before else 1
    wait = min(_FIRST_WAIT * 2 ** (tries - 1), _LONGEST_WAIT)
    return Refusal(reason, before.since if before else int(now), tries, int(now) + wait)
