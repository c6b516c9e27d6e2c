# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords and letters, on the controller. The documentation is that of the module of the same name."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, ItemRefused
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.complete import Known, complete_letters
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.links import open_links, prune_links
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import (
    KINDS,
    Login,
    read_customers,
    read_endpoints,
    read_logins,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.overview import Holdings
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.pending import make_pending
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.prune import prune_letters
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import Page
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import Errors, LetterStore, open_store

Result = dict[str, Any]

ARGUMENT_SPEC: Mapping[str, Any] = {
    "state": {"type": "str", "required": True, "choices": ["pending", "complete", "pruned"]},
    "directory": {"type": "path", "required": True},
    "customers": {"type": "list", "elements": "dict", "default": []},
    "logins": {"type": "list", "elements": "dict", "default": []},
    "wanted": {"type": "list", "elements": "dict"},
    "replaced": {"type": "dict", "default": {}},
    "sites": {"type": "list", "elements": "dict", "default": []},
    "mailboxes": {"type": "list", "elements": "dict", "default": []},
    "host_keys": {"type": "dict", "default": {}},
    "endpoints": {"type": "dict", "default": {}},
    "provider": {"type": "str", "default": ""},
    "ask": {"type": "str", "default": ""},
    "renew": {"type": "bool", "default": False},
    "days": {"type": "int"},
}
REQUIRED_IF = [("state", "pruned", ["days"])]


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core publishes no types
    """Makes passwords, completes letters, removes old ones."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        """Run the task."""
        result: Result = super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(dict(ARGUMENT_SPEC), required_if=REQUIRED_IF)
        states = {"pending": _pending, "complete": _complete, "pruned": _pruned}
        write = not self._task.check_mode
        try:
            with open_store(options["directory"], writing=write) as store:
                result.update(states[options["state"]](store, options, write))
                self._tell(result)
        except HostingError as error:
            result.update(changed=False, failed=True, msg=str(error), error=error.report())
        return result

    def _tell(self, result: Result) -> None:
        """Say where the time of a long run went."""
        if result.get("hash_seconds"):
            told = f"passwords hashed: {result['counts']['logins']} in {result['hash_seconds']} s"
            # not where the results go: a program may read those
            self._display.display(told, stderr=True)


def _pending(store: LetterStore | None, options: Mapping[str, Any], write: bool) -> Result:
    made = make_pending(store, read_logins(options["logins"]), renew=options["renew"], write=write)
    return {
        "changed": made.changed,
        "names": _names(made.logins),
        "pending": made.pending,
        "counts": {"logins": len(made.logins), "customers": len({login.customer for login in made.logins})},
        "hash_seconds": round(made.hash_seconds, 3),
        **_verdict(made.errors, f"passwords made: {len(made.logins)}"),
    }


def _complete(store: LetterStore | None, options: Mapping[str, Any], write: bool) -> Result:
    done = complete_letters(
        store,
        read_logins(options["logins"]),
        read_customers(options["customers"]),
        read_endpoints(options["endpoints"]),
        Page(options["provider"], options["ask"]),
        write=write,
        beside=Known(
            wanted=read_logins(options["wanted"]) if options["wanted"] is not None else None,
            holdings=Holdings(options["sites"], options["mailboxes"], options["host_keys"]),
            replaced=frozenset(_keys(options["replaced"])),
        ),
    )
    return {
        "changed": bool(done.customers),
        "names": _names(done.logins),
        "waiting": _names(done.waiting),
        "replaced": done.replaced,
        "letters": _paths(store, done.customers),
        "present": _paths(store, done.present),
        "counts": {"logins": len(done.logins), "customers": len(done.customers)},
        **_verdict(done.errors, f"letters completed: {len(done.customers)}"),
    }


def _pruned(store: LetterStore | None, options: Mapping[str, Any], write: bool) -> Result:
    if options["days"] < 0:
        raise ItemRefused(f"days: {options['days']}", remedy="allowed: 0 or more", code="invalid-option")
    now = time.time()
    removed = prune_letters(store, options["days"], now=now, write=write)
    with open_links(store, writing=write) as links:
        removed += prune_links(links, options["days"], now=datetime.fromtimestamp(now, UTC), write=write)
    removed = sorted(set(removed))
    return {
        "changed": bool(removed),
        "customers": removed,
        "counts": {"customers": len(removed)},
        **_verdict({}, f"letters removed: {len(removed)}"),
    }


def _paths(store: LetterStore | None, customers: Sequence[str]) -> list[str]:
    return [store.letter_path(customer, ".html") for customer in customers] if store is not None else []


def _keys(names: Mapping[str, Sequence[str] | None]) -> Iterator[str]:
    """Yield the keys of logins that are given by kind; null stands for a service that has not answered."""
    for kind, some in names.items():
        yield from (f"{kind}:{name}" for name in some or ())


def _names(logins: Sequence[Login]) -> dict[str, list[str]]:
    return {kind: sorted(login.name for login in logins if login.kind == kind) for kind in KINDS}


def _verdict(errors: Errors, msg: str) -> Result:
    if not errors:
        return {"msg": msg, "errors": {}}
    told = "; ".join(f"{customer}: {error}" for customer, error in sorted(errors.items()))
    return {
        "failed": True,
        "msg": f"{msg}; failed: {told}",
        "errors": {customer: dict(error.report()) for customer, error in sorted(errors.items())},
    }
