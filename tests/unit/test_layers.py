# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports between the folders of the plugins go downwards, as the table of docs/architecture.md has them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.magmasoft.hosting.plugins."


def rows() -> dict[str, int]:
    """Return folder -> the number of its row in the table, from the top."""
    section = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("\n## Layers\n")[2].partition("\n## ")[0]
    first = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {folder: number for number, cell in enumerate(first) for folder in re.findall(r"`(\w+)`", cell)}


def folder(parts: list[str]) -> str:
    """Return the folder of a module, of which ``parts`` are the names from ``plugins`` on."""
    return parts[1] if parts[0] == "module_utils" else parts[0]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines on which a file imports one of ours, and the folder of that."""
    here = [*path.relative_to(PLUGINS).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = (node.module or "").split(".") if node.module else []
            if node.level:
                names = [*here[: len(here) - node.level + 1], *names]
            elif node.module and node.module.startswith(PACKAGE):
                names = node.module.removeprefix(PACKAGE).split(".")
            else:
                continue
            yield from ((node.lineno, folder([*names, alias.name])) for alias in node.names)


def test_every_folder_has_a_row() -> None:
    found = {folder([*path.relative_to(PLUGINS).parts]) for path in PLUGINS.rglob("*.py")}
    assert found <= rows().keys()


def test_imports_go_downwards() -> None:
    order = rows()
    upward = [
        f"{path.relative_to(ROOT)}:{line}: {own} imports {other}"
        for path in sorted(PLUGINS.rglob("*.py"))
        for own in [folder([*path.relative_to(PLUGINS).parts])]
        for line, other in imports(path)
        if other != own and order[other] <= order[own]
    ]
    assert upward == []
