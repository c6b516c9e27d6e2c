# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every benchmark, prints the figures as a table and writes build/bench.json."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build" / "collections"))

from ansible_collections.magmasoft.hosting.tests.bench import export_logs, export_trees, modules, provider, register
from ansible_collections.magmasoft.hosting.tests.bench.figures import Figure, table


def measure(customers: int, sample: int) -> list[Figure]:
    """Return all figures."""
    bench = provider.Bench(ROOT, customers)
    return [
        *register.measure(),
        *provider.measure(bench, sample),
        *modules.measure(bench),
        *export_trees.measure(),
        *export_logs.measure(ROOT),
    ]


def main() -> None:
    """Measure, print, write."""
    figures = measure(int(os.environ.get("BENCH_CUSTOMERS", "1000")), int(os.environ.get("BENCH_SAMPLE", "30")))
    path = ROOT / "build" / "bench.json"
    path.write_text(json.dumps([figure.report() for figure in figures], indent=2) + "\n", "utf-8")
    print(f"\n{table(figures)}\n\nThe figures lie in {path.relative_to(ROOT)}.")
    for other in dict.fromkeys(figure.other for figure in figures if figure.other):
        names = ", ".join(figure.name for figure in figures if figure.other == other)
        print(f"The other of {names}: {other}.")


if __name__ == "__main__":
    main()
