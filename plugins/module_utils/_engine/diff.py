# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes, as Ansible's ``--diff`` shows it: one block per item, secrets blanked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .._core.results import Diff, Result, Status
from .._data_model import incarnations
from .._data_model.items import State
from .model import Change, Value, Wanted

_HIDDEN_BEFORE = "(hidden)"
_HIDDEN_AFTER = "(hidden, another)"
# a random one says nothing to people, and check mode cannot know it
_ALWAYS_HIDDEN = frozenset({incarnations.FIELD})


def render_diff(changes: Sequence[Change], results: Sequence[Result], secret: frozenset[str]) -> list[Diff]:
    """Return the diff of all changes that were done or are planned, sorted by name."""
    told = {Status.DONE, Status.PLANNED}
    shown = [change for change, result in zip(changes, results, strict=True) if result["status"] in told]
    return [_one(change, secret | _ALWAYS_HIDDEN) for change in sorted(shown, key=lambda change: change.name)]


def _one(change: Change, secret: frozenset[str]) -> Diff:
    header = f"{change.noun} {change.name}"
    return {
        "before_header": header,
        "after_header": header,
        "before": _before(change, secret),
        "after": _after(change, secret),
    }


def _before(change: Change, secret: frozenset[str]) -> str:
    found = change.actual
    if found is None:
        return ""
    values = {name: found.fields.get(name) for name in change.fields}
    return _lines(found.state, values, {name: _HIDDEN_BEFORE for name in secret & values.keys() if values[name]})


def _after(change: Change, secret: frozenset[str]) -> str:
    wanted: Wanted = change.wanted
    if wanted.state is State.ABSENT and not change.fields:
        return ""
    values = {name: wanted.fields[name] for name in change.fields}
    return _lines(wanted.state, values, dict.fromkeys(secret & values.keys(), _HIDDEN_AFTER))


def _lines(state: State, values: Mapping[str, Value], hidden: Mapping[str, str]) -> str:
    def lines() -> Iterator[str]:
        yield f"state: {state.value}"
        for name in sorted(values):
            yield f"{name}: {hidden.get(name) or _text(values[name])}"

    return "\n".join(lines()) + "\n"


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "(none)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "(not set)" if value is None else str(value)
