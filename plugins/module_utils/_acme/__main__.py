# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of the sites of this host by ACME, started by a timer, and by each change of the configuration of sites.

This program is root's, and keeps the keys; what speaks to the authority is dehydrated, as another user. Names that are
refused are told at each run, and in what the module ``site`` returns.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

from .._clients.apache import Apache
from .._clients.dehydrated import Dehydrated, require_dehydrated
from .._core import files
from .._core.errors import HostingError, ServiceUnavailable, as_hosting_error
from .._core.lock import service_lock
from .._core.process import identity_of
from .._daemon_config.acme import STATE_FILE, OrderState, load_state
from .._daemon_config.certificates import ACME
from .._daemon_config.disk import CURRENT
from .._daemon_config.switch import Generations
from .._data_model.items import State
from .run import Run
from .settings import Settings
from .store import OWN_FILE, CertificateStore

_PENDING = "reload"
# The modules hold their lock for as long as they write; they wait for it less.
_LOCK_SECONDS = 600
_PROOF_SECONDS = 30


def main() -> int:
    """Run with the file of settings that the command line names."""
    settings = Settings.load(sys.argv[1])
    state = load_state()
    sites: Mapping[str, tuple[str, ...]] | None = None
    try:
        # what changes while this runs does not start it again
        while (found := _sites(settings)) != sites:
            sites = found
            _run(settings, sites, state)
    except (HostingError, OSError) as error:
        state.problem = str(as_hosting_error(error))
        _save(state)
    told = state.told(sites or {}, time.time())
    lines = [f"{site}: {name}: {reason}" if site else reason for site, name, reason in told]
    for line in lines:
        sys.stderr.write(f"{line}\n")
    return 1 if lines else 0


def _run(settings: Settings, sites: Mapping[str, tuple[str, ...]], state: OrderState) -> None:
    require_dehydrated()
    identity = identity_of(settings.user)
    if identity is None:
        raise ServiceUnavailable(f"there is no user {settings.user}", remedy="run the playbook servers")
    client = Dehydrated(settings.configuration, settings.home, settings.challenges, identity)
    client.sweep()
    store = CertificateStore(settings.certificates, Path(STATE_FILE).with_name(_PENDING))
    Run(sites, state, store, client, lambda: _take_over(settings), save=_save).run()


def _sites(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the names of each site that is served, and gets its certificate so. Waits while a module is writing."""
    with service_lock("web", wait=_LOCK_SECONDS):
        served = Generations(settings.web_state, []).base().notes
    return {
        site: tuple(notes["certificate"]["names"])
        for site, notes in served.items()
        if notes["state"] != State.ABSENT and notes["certificate"]["source"] == ACME
    }


def _take_over(settings: Settings) -> None:
    """Have Apache read the certificates anew, and see that it serves. Raises ServiceUnavailable."""
    apache = Apache(settings.web_state, settings.sentinel_port, lambda _number: b"")
    with service_lock("web", wait=_LOCK_SECONDS):
        problem = apache.check(Path(settings.web_state, CURRENT)) or "; ".join(apache.reload().values())
        deadline = time.monotonic() + _PROOF_SECONDS
        while not problem and apache.answer() is None:
            if time.monotonic() >= deadline:
                problem = f"it does not answer {_PROOF_SECONDS} s after it was reloaded"
            time.sleep(0.1)
    if problem:
        raise ServiceUnavailable(
            f"new certificates are there and not in effect: {problem}",
            remedy="see to the cause; the next run takes them over",
        )


def _save(state: OrderState) -> None:
    path = Path(STATE_FILE)
    with files.directory(str(path.parent)) as directory:
        files.sweep_temporary(directory)
        files.write_beside(directory, path.name, state.dump(), OWN_FILE)


if __name__ == "__main__":
    raise SystemExit(main())
