# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every benchmark, prints the figures as a table and writes build/bench.json."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build" / "collections"))

from ansible_collections.magmasoft.hosting.tests.bench import export_logs, export_trees, modules, provider, register
from ansible_collections.magmasoft.hosting.tests.bench.figures import Figure, table


def measure(customers: int, sample: int) -> Iterator[list[Figure]]:
    """Yield all figures, part by part."""
    bench = provider.Bench(ROOT, customers)
    yield register.measure()
    yield provider.measure(bench, sample)
    yield modules.measure(bench)
    yield export_trees.measure()
    yield export_logs.measure(ROOT)


def main() -> None:
    """Measure, write, print. What has been measured stays when a later part fails."""
    figures: list[Figure] = []
    path = ROOT / "build" / "bench.json"
    for part in measure(int(os.environ.get("BENCH_CUSTOMERS", "1000")), int(os.environ.get("BENCH_SAMPLE", "30"))):
        figures += part
        path.write_text(json.dumps([figure.report() for figure in figures], indent=2) + "\n", "utf-8")
    print(f"\n{table(figures)}\n\nThe figures lie in {path.relative_to(ROOT)}.")
    for other in dict.fromkeys(figure.other for figure in figures if figure.other):
        names = ", ".join(figure.name for figure in figures if figure.other == other)
        print(f"The other of {names}: {other}.")


if __name__ == "__main__":
    main()
