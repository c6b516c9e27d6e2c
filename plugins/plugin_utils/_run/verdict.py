# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last word of a run: one text that names all that failed, and everything that needs somebody's hands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict


class RunVerdict(TypedDict):
    """What the run came to. ``lines`` are for people."""

    failed: bool
    lines: list[str]


ModuleResults = Mapping[str, Mapping[str, Mapping[str, Any]]]


def verdict(
    runs: ModuleResults,
    register_errors: Sequence[str] = (),
    letters: Sequence[Mapping[str, Any]] = (),
    erase: Sequence[Mapping[str, Any]] = (),
    register_warnings: Sequence[str] = (),
) -> RunVerdict:
    """Sum up what each module returned on each host: ``runs`` is module -> host -> result, ``letters`` are results.

    ``erase`` are the orders of the register to erase something; its warnings do not fail a run.
    """
    failures = [*_register(register_errors), *_letters(letters), *_unreachable(runs), *_modules(runs)]
    lines = [_counts(runs)]
    if failures:
        lines += [f"FAILED, {len(failures)} to look at; the others have been applied. Put it right and run again:"]
        lines += [f"  - {line}" for line in failures]
    lines += [f"  by hand: {line}" for line in _listed(runs, "unmanaged")]
    lines += [f"  certificate: {line}" for line in _certificates(runs)]
    lines += [f"  orphan: {line} (the register does not want it; it stays)" for line in _listed(runs, "orphans")]
    lines += [
        f"  erase: {order['kind']} {order['name']} of {order['customer']}, approved {order['approved']}:"
        " NOT carried out, this version erases nothing"
        for order in erase
    ]
    lines += [f"  look at it: register: {warning}" for warning in register_warnings]
    replaced = [key for result in letters for key in result.get("replaced") or ()]
    lines += [f"  letter: {key}: the owner has chosen another password, so the letter tells none" for key in replaced]
    return {"failed": bool(failures), "lines": lines}


def _register(errors: Sequence[str]) -> Iterator[str]:
    yield from (f"register: {error}" for error in errors)


def _letters(results: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for result in results:
        errors = {f"letter of {customer}": error for customer, error in (result.get("errors") or {}).items()}
        if result.get("error"):
            errors["letters"] = result["error"]
        lines += [f"{what}: {error['message']}; {error['remedy']}" for what, error in errors.items()]
    # making passwords and completing letters meet the same damage
    return list(dict.fromkeys(lines))


def _unreachable(runs: ModuleResults) -> Iterator[str]:
    hosts = {host for results in runs.values() for host, result in results.items() if result.get("unreachable")}
    yield from (f"{host}: not reachable, nothing was done there" for host in sorted(hosts))


def _modules(runs: ModuleResults) -> Iterator[str]:
    for module, hosts in runs.items():
        for host, result in hosts.items():
            yield from _of_result(module, host, result)


def _of_result(module: str, host: str, result: Mapping[str, Any]) -> Iterator[str]:
    failed = [item for item in result.get("results") or () if item["status"] == "failed"]
    skipped = [item for item in result.get("results") or () if item["status"] == "skipped"]
    error = result.get("error")
    if error:
        yield f"{host}: {module}: {error['message']}; {error['remedy']}"
    elif not {"counts", "with_password", "names", "measurements", "skipped"} & result.keys() and not result.get(
        "unreachable"
    ):
        yield f"{host}: {module}: {result.get('msg', 'ended without a result')}"
    for item in failed:
        reason = item["error"]
        # The item at which a service went away has the service's own error, which is told already.
        if reason != error:
            yield f"{host}: {item['kind']} {item['name']} ({item['action']}): {reason['message']}; {reason['remedy']}"
    for measurement in result.get("measurements") or ():
        if measurement["error"]:
            what = f"{measurement['kind']} {measurement['item']}".rstrip()
            yield f"{host}: {what}: {measurement['error']['message']}; {measurement['error']['remedy']}"
    if skipped:
        yield f"{host}: {module}: {len(skipped)} not reached, from {skipped[0]['kind']} {skipped[0]['name']} on"


def _counts(runs: ModuleResults) -> str:
    totals: dict[str, int] = {}
    for hosts in runs.values():
        for result in hosts.values():
            for name, number in (result.get("counts") or {}).items():
                totals[name] = totals.get(name, 0) + number
    told = ", ".join(f"{number} {name}" for name, number in sorted(totals.items()) if number)
    return told or "nothing to do"


def _certificates(runs: ModuleResults) -> Iterator[str]:
    """Yield the names that have no certificate; the cause is seldom on a server, so that they don't make a run fail."""
    for hosts in runs.values():
        for host, result in hosts.items():
            for told in result.get("certificates") or ():
                what = (
                    f"{told['name']} of site {told['site']} of {told['customer']} on {host}" if told["site"] else host
                )
                yield f"{what}: {told['reason']}"


def _listed(runs: ModuleResults, key: str) -> Iterator[str]:
    for hosts in runs.values():
        for host, result in hosts.items():
            yield from (
                f"{item['kind']} {item['name']} of {item['customer']} on {host}" for item in result.get(key) or ()
            )
