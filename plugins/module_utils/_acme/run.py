# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run: see which sites need a certificate, order them one after the other, have Apache take over what came."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from .._clients.certificates import CertificateFacts, make_request
from .._clients.dehydrated import OrderFailed
from .._core.errors import HostingError, as_hosting_error
from .._daemon_config.acme import OrderState
from .orders import due, refused
from .store import CertificateStore

# Sites that wait for their first certificate are not kept waiting for all others: Apache is reloaded in between.
_RELOAD_SECONDS = 60
# Authorities put no more names into one certificate.
_ROOM = 100
_NO_MATCH = "what the authority has issued is not a certificate of what was asked for"


class Client(Protocol):
    """Who orders."""

    def order(self, names: Sequence[str], request: bytes) -> bytes:
        """Return what the authority answers to a request for these names. Raises OrderFailed."""


class Run:
    """The orders of one run. A name, or a site, with which something is wrong never stops the others."""

    def __init__(
        self,
        sites: Mapping[str, Sequence[str]],
        state: OrderState,
        store: CertificateStore,
        client: Client,
        take_over: Callable[[], None],
        *,
        save: Callable[[OrderState], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare for these sites, each with all its names. ``take_over`` has Apache read the certificates anew."""
        self._sites = {site: names[:_ROOM] for site, names in sites.items()}
        self._state = state
        self._store = store
        self._client = client
        self._take_over = take_over
        self._save = save
        self._clock = clock
        self._reload_at: float | None = None
        self._problems = [
            f"{site}: there is room for {_ROOM} names in its certificate, so not for {', '.join(names[_ROOM:])}"
            for site, names in sites.items()
            if len(names) > _ROOM
        ]

    def run(self) -> None:
        """Do all of it; what went wrong stands in the state."""
        state = self._state
        wanted = {name for names in self._sites.values() for name in names}
        state.refusals = {name: refusal for name, refusal in state.refusals.items() if name in wanted}
        self._order_all()
        self._hand_over()
        state.problem = "; ".join(self._problems) or None
        state.checked = int(self._clock())
        self._save(state)

    def _order_all(self) -> None:
        held: dict[str, CertificateFacts | None] = {}
        for site in self._sites:
            with self._noting(site):
                held[site] = self._store.facts(site)
        # those without one come first, then those whose certificate ends first
        for site in sorted(held, key=lambda name: _urgency(held[name])):
            with self._noting(site):
                if not self._order(site, held[site]):
                    return
            if self._reload_at is not None and self._clock() >= self._reload_at:
                self._hand_over()

    @contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        """Note what goes wrong, so that it does not stop the rest."""
        try:
            yield
        except (HostingError, OSError) as error:
            self._problems.append(f"{what}: {as_hosting_error(error)}")

    def _order(self, site: str, held: CertificateFacts | None) -> bool:
        """Order what is due for a site, with one name less each time that one is refused; tell whether to go on."""
        state = self._state
        while names := due(self._sites[site], held, state.refusals, self._clock()):
            try:
                content = self._obtain(names)
            except OrderFailed as failure:
                for name in failure.names:
                    state.refusals[name] = refused(state.refusals.get(name), failure.reason, self._clock())
                self._save(state)
                if failure.ends_run:
                    self._problems.append(f"the authority: {failure.reason}")
                    return False
                continue
            for name in names:
                state.refusals.pop(name, None)
            if self._store.put(site, content) and self._reload_at is None:
                self._reload_at = self._clock() + _RELOAD_SECONDS
            return True
        return True

    def _obtain(self, names: Sequence[str]) -> bytes:
        asked = make_request(names)
        content = asked.answered(self._client.order(names, asked.request))
        if content is None:
            raise OrderFailed(names, _NO_MATCH)
        return content

    def _hand_over(self) -> None:
        self._reload_at = None
        with self._noting("Apache"):
            # a run that was killed may have left some
            if self._store.pending.exists():
                self._take_over()
                self._store.pending.unlink()


def _urgency(held: CertificateFacts | None) -> float:
    return 0 if held is None or held.stand_in else held.end
