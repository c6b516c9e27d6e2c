# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs in as customers would. The documentation is that of the module of the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import names
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import read_endpoints
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.check import (
    Check,
    ProofOutcome,
    Tools,
    login_checks,
    run_checks,
    site_checks,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.pages import DEFAULT_LANGUAGE
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import open_store

Result = dict[str, Any]

ARGUMENT_SPEC: Mapping[str, Any] = {
    "directory": {"type": "path", "required": True},
    "customers": {"type": "list", "elements": "str", "required": True},
    "languages": {"type": "dict", "default": {}},
    "suspended": {"type": "list", "elements": "str", "default": []},
    "sites": {"type": "list", "elements": "dict", "default": []},
    "databases": {"type": "list", "elements": "dict"},
    "endpoints": {"type": "dict", "default": {}},
    "connect_to": {"type": "dict", "default": {}},
    "ca_file": {"type": "path"},
    "host_keys": {"type": "list", "elements": "str", "default": []},
    "timeout": {"type": "float", "default": 15},
    "workers": {"type": "int", "default": 8},
}


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core publishes no types
    """Tries every login of a letter, and every site."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        """Run the task."""
        result: Result = super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(dict(ARGUMENT_SPEC))
        connect_to = {str(host): str(address) for host, address in options["connect_to"].items()}
        network = Network(connect_to, options["ca_file"] or None, options["timeout"])
        try:
            checks = _checks(options, Tools(network, self._run_on_host, _host_keys(options["host_keys"])))
        except HostingError as error:
            result.update(failed=True, msg=str(error), error=error.report())
            return result
        outcomes = run_checks(checks, max(1, options["workers"]))
        broken = [outcome for outcome in outcomes if outcome["works"] is False]
        result.update(changed=False, failed=bool(broken), results=outcomes, msg=_told(outcomes, broken))
        return result

    def _run_on_host(self, command: str, data: bytes) -> tuple[int, str, str]:
        with _standard_input(self._connection):
            answer = self._low_level_execute_command(command, in_data=data)
        return answer["rc"], answer["stdout"], answer["stderr"]


def _checks(options: Mapping[str, Any], tools: Tools) -> list[Check]:
    customers = [names.require_customer(name) for name in options["customers"]]
    endpoints = read_endpoints(options["endpoints"])
    databases = options["databases"]
    here = None if databases is None else frozenset(str(database["name"]) for database in databases)
    checks: list[Check] = []
    with open_store(options["directory"], writing=False) as store:
        for customer in customers:
            letter = store.read_letter(customer) if store is not None else None
            logins = letter["logins"] if letter is not None else []
            if letter is None:
                missing = "there is no letter any more; reset_password makes a new password"
                checks.append(Check(customer, "letter", "", "", skipped=missing))
            suspended = customer in options["suspended"]
            language = str(options["languages"].get(customer) or DEFAULT_LANGUAGE)
            checks += login_checks(customer, logins, tools, suspended=suspended, databases=here, language=language)
    mine = [site for site in options["sites"] if site["customer"] in customers]
    return checks + site_checks(mine, endpoints.get("web"), tools)


def _host_keys(lines: Sequence[str]) -> frozenset[str]:
    """Return the keys without the comments that files have behind them."""
    return frozenset(" ".join(line.split()[:2]) for line in lines)


def _told(outcomes: Sequence[ProofOutcome], broken: Sequence[ProofOutcome]) -> str:
    works = sum(outcome["works"] is True for outcome in outcomes)
    lines = [f"{works} work, {len(broken)} do not, {len(outcomes) - works - len(broken)} were not tried"]
    for outcome in broken:
        login = " ".join(filter(None, (outcome["service"], outcome["user"], outcome["address"])))
        lines.append(f"{outcome['customer']}: {login}: {outcome['error']}")
    return "\n".join(lines)


@contextmanager
def _standard_input(connection: Any) -> Iterator[None]:
    """Have the connection pass standard input on: containers.podman.podman runs ``podman exec`` without it."""
    if getattr(connection, "transport", "") != "containers.podman.podman":
        yield
        return
    connection._podman = _interactive(connection._podman)  # noqa: SLF001  # there is no setting for it
    try:
        yield
    finally:
        del connection._podman  # noqa: SLF001


def _interactive(podman: Callable[..., Any]) -> Callable[..., Any]:
    def run(command: Any, *arguments: Any, **more: Any) -> Any:
        if isinstance(command, list) and command[:1] == ["exec"]:
            command = ["exec", "--interactive", *command[1:]]
        return podman(command, *arguments, **more)

    return run
