# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module on the host, start to exit, nothing to do, against a bare script that only reads the same state."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.magmasoft.hosting.tests.bench.figures import Figure
from ansible_collections.magmasoft.hosting.tests.bench.provider import Bench

MODULES = (
    "account_info",
    "customer_account",
    "mailbox",
    "database",
    "site",
    "cloud_account",
    "chat_account",
    "session",
)
GOAL = 3.0
MEGABYTES = 200
BARE = Path(__file__).resolve().parent / "bare"
PLACE = "/root/bench"
# Runs all by turns, so that whatever else the machine does meets all; prints the shortest time and the most memory.
_MEASURE = """
import json, os, subprocess, sys, time
def once(path):
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, path], stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert status == 0, path
    return time.monotonic() - started, usage.ru_maxrss / 1024
paths = sys.argv[1:]
runs = [[once(path) for path in paths] for _ in range(11)]
print(json.dumps([[min(one[0] for one in column), max(one[1] for one in column)] for column in zip(*runs)]))
"""


def measure(bench: Bench) -> list[Figure]:
    """Return a figure for each module."""
    bench.on_host("rm", "-rf", "/root/.ansible/tmp")
    # Ansible leaves each module with its arguments on the host, so that it can be run there without Ansible.
    kept = {"ANSIBLE_PIPELINING": "0", "ANSIBLE_KEEP_REMOTE_FILES": "1"}
    bench.play("magmasoft.hosting.customers", **kept)
    # what the playbook leaves out: nobody is suspended; and an empty module, which shows what Ansible itself takes
    bench.play(bench.own("sessions"), "-e", f"@{_logins(bench)}", **kept)
    bench.on_host("mkdir", "-p", PLACE)
    _put(bench, "measure.py", _MEASURE)
    figures = [_figure(bench, module) for module in MODULES]
    bench.on_host("rm", "-rf", "/root/.ansible/tmp", PLACE)
    return figures


def _figure(bench: Bench, module: str) -> Figure:
    _put(bench, "bare.py", (BARE / f"{module}.py").read_text("utf-8"))
    paths = [
        bench.on_host("sh", "-c", f"ls /root/.ansible/tmp/*/AnsiballZ_{name}.py").strip() for name in ("ping", module)
    ]
    printed = bench.on_host("python3", f"{PLACE}/measure.py", f"{PLACE}/bare.py", *paths)
    (bare, _bare_memory), (start, _start_memory), (ours, megabytes) = json.loads(printed)
    if megabytes > MEGABYTES:
        raise SystemExit(f"the module {module} takes {megabytes:.0f} MB; allowed: {MEGABYTES}")
    return Figure(
        f"module-{module}",
        f"module {module}, nothing to do, {megabytes:.0f} MB, {ours - start:.2f} s beyond Ansible's own start",
        bench.customers,
        ours,
        bare,
        "a bare script there that only reads the same state",
        GOAL,
    )


def _logins(bench: Bench) -> Path:
    """Write down all addresses as those that are to be logged in nowhere; return the file."""
    logins = [
        {"name": f"{local}@{name}.example", "customer": name}
        for name in sorted(path.stem for path in bench.register.glob("*.yml"))
        for local in ("office", "post")
    ]
    file = bench.directory / "logins.json"
    file.write_text(json.dumps({"bench_logins": logins}), "utf-8")
    return file


def _put(bench: Bench, name: str, text: str) -> None:
    bench.on_host("tee", f"{PLACE}/{name}", stdin=text)
