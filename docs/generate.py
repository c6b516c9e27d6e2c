#!/usr/bin/env python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what can be derived into the documentation, between the marks `generated: NAME` and `end of NAME`.

docs/generate           writes
docs/generate --check   writes nothing; names what is stale, and fails where something is
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import Store
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import ON_HOSTS, SHOWN, STORES
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register import schema

ROOT = Path(os.environ["HOSTING_ROOT"])
# The columns of the data map, as people call them.
_COLUMNS = {"measure": "report", "export": "export", "erase": "erase", "sources": "backup", "restore": "restore"}
_NOTHING = "-"
_MACRO = re.compile(r"\b([A-Z])\(([^()]*)\)")


def main() -> int:
    """Write, or only compare; the exit status tells whether something is stale."""
    stale = []
    for path, parts in documents().items():
        text = path.read_text("utf-8")
        new = text
        for name, lines in parts.items():
            new = replaced(path, new, name, lines)
        if new != text:
            stale.append(str(path.relative_to(ROOT)))
            if sys.argv[1:] != ["--check"]:
                path.write_text(new, "utf-8")
    if sys.argv[1:] != ["--check"]:
        print("\n".join(f"written: {name}" for name in stale) or "all up to date")
        return 0
    print("\n".join(f"{name}: is stale; run make docs" for name in stale) or "all up to date")
    return 1 if stale else 0


def documents() -> dict[Path, dict[str, Iterable[str]]]:
    """Return what is generated: file -> name of the part -> lines."""
    found: dict[Path, dict[str, Iterable[str]]] = {
        ROOT / "docs" / "architecture.md": {"data map": data_map(), "places": places()},
        ROOT / "docs" / "bag.md": {"payload": payload(), "kinds": kinds()},
        ROOT / "docs" / "register.md": {"fields": fields()},
    }
    found[ROOT / "docs" / "variables.md"] = {"variables": index()}
    for path in _specs():
        found[path.parents[1] / "README.md"] = {"variables": variables(path)}
    return found


def replaced(path: Path, text: str, name: str, lines: Iterable[str]) -> str:
    """Return a document with another content between the marks of a part."""
    begin, end = f"<!-- generated: {name} -->\n", f"<!-- end of {name} -->\n"
    before, found, rest = text.partition(begin)
    _former, ended, after = rest.partition(end)
    if not found or not ended:
        sys.exit(f"{path}: lacks {begin.strip()} or {end.strip()}")
    return "".join([before, begin, "\n", *(f"{line}\n" for line in lines), "\n", end, after])


def data_map() -> Iterator[str]:
    """Yield the table of all kinds."""
    heads = ("kind", "held by", "items", *_COLUMNS.values(), "kept out of backups with")
    yield from table(
        heads,
        (
            (
                f"`{kind}`",
                _holders(store),
                store.item_set.label,
                *("yes" if column in store.columns() else _NOTHING for column in _COLUMNS),
                _exclusion(store),
            )
            for kind, store in STORES.items()
        ),
    )


def _holders(store: type[Store]) -> str:
    if not store.groups:
        return "the controller" if store.columns() else _NOTHING
    names = " and ".join(f"`{group}`" for group in store.groups)
    return f"every host of {names}" if store.on_every_host else f"the first host of {names}"


def _exclusion(store: type[Store]) -> str:
    if store.exclusion is None:
        return _NOTHING
    return f"`{store.exclusion.field}`" + (", where the site has logs of its own" if store.exclusion.own_logs else "")


def places() -> Iterator[str]:
    """Yield what each kind knows of its place."""
    yield from table(
        ("`hosting_stores.<kind>`", "keys"), ((f"`{kind}`", _place(store)) for kind, store in ON_HOSTS.items())
    )


def _place(store: type[Store]) -> str:
    text = " ".join((inspect.getdoc(store) or "").partition("\n\n")[0].split())
    return text.removeprefix("Place: ").replace("``", "`")


def payload() -> Iterator[str]:
    """Yield the files that each kind has in a bag."""
    rows = ((f"`{file.path}`", file.holds, file.opens_with) for store in STORES.values() for file in store.payload)
    yield from table(("below `data/`", "what it is", "who takes it"), rows)


def kinds() -> Iterator[str]:
    """Yield the kinds that a bag tells of."""
    yield ", ".join(f"`{kind}`" for kind in SHOWN) + "; in `not_inside` also `passwords`."


def fields() -> Iterator[str]:
    """Yield the fields of a file of the register."""
    yield from table(
        ("field", "value", "default", "meaning"),
        (
            (f"`{path}`", _cell(field.type.told), _cell(_default(field)), field.meaning)
            for path, field in schema.fields()
        ),
    )


def _default(field: Any) -> str:
    return "required" if field.required else str(field.told_default)


def variables(path: Path) -> Iterator[str]:
    """Yield the variables of a role."""
    yield from table(
        ("variable", "type", "default", "meaning"),
        (
            (f"`{name}`", str(option.get("type", "str")), _value(option), _cell(_prose(option["description"])))
            for name, option in _options(path).items()
        ),
    )


def index() -> Iterator[str]:
    """Yield every variable that an inventory can set, and which roles read it; the first of them describes it best."""
    options: dict[str, Mapping[str, Any]] = {}
    roles: dict[str, list[str]] = {}
    # settings says of a shared one what it means for all
    for path in sorted(_specs(), key=lambda path: (_role(path) != "settings", path)):
        for name, option in _options(path).items():
            options.setdefault(name, option)
            roles.setdefault(name, []).append(f"[{_role(path)}](../roles/{_role(path)}/README.md)")
    yield from table(
        ("variable", "roles", "default", "meaning"),
        (
            (f"`{name}`", ", ".join(sorted(roles[name])), _value(option), _cell(_prose(option["description"])))
            for name, option in sorted(options.items())
        ),
    )


def _specs() -> list[Path]:
    return sorted(ROOT.glob("roles/*/meta/argument_specs.yml"))


def _role(path: Path) -> str:
    return path.parents[1].name


def _options(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the variables of a role; those of further entry points are for other roles, not for inventories."""
    entries: Mapping[str, Any] = yaml.safe_load(path.read_text("utf-8"))["argument_specs"]
    options: Mapping[str, Mapping[str, Any]] = entries.get("main", next(iter(entries.values()))).get("options", {})
    return options


def _value(option: Mapping[str, Any]) -> str:
    if option.get("required"):
        return "required"
    if "default" not in option:
        return ""
    value = option["default"]
    shown = {True: "true", False: "false", "": '""'}.get(value) if isinstance(value, bool | str) else None
    return f"`{_cell(shown or str(value))}`"


def _prose(text: str | Sequence[str]) -> str:
    """Return a description in Ansible's markup as Markdown."""
    joined = " ".join(" ".join([text] if isinstance(text, str) else text).split())
    return _MACRO.sub(lambda found: f"`{found[2].partition('#')[0]}`", joined)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    show: Callable[[Sequence[str]], str] = lambda cells: f"| {' | '.join(cells)} |".replace("|  |", "| |")
    yield show(heads)
    yield show(["---"] * len(heads))
    yield from map(show, rows)


if __name__ == "__main__":
    sys.exit(main())
