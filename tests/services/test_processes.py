# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""However many accounts are made, no processes are started for them: neither by the modules nor by the daemons."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

CUSTOMER = "processes"
# Runs a module in the same process, and counts what would have started others.
COUNT = """
import runpy, sys
started = []
path = sys.argv.pop()
events = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system")
sys.addaudithook(lambda event, arguments: started.append(event) if event in events else None)
try:
    runpy.run_path(path, run_name="__main__")
except SystemExit as end:
    assert not end.code
print(len(started), file=sys.stderr)
"""
# The minor page faults of all children that the processes of a daemon have had: every process has some (proc(5)).
CHILDREN = (
    "main=$(systemctl show -P MainPID {unit}); for p in $main $(pgrep -P $main);"
    " do sed 's/.*) //' /proc/$p/stat | cut -d' ' -f9; done"
)


@pytest.mark.parametrize(
    ("module", "more", "unit"), [("cloud_account", {"purge": True}, "hosting-cloud"), ("chat_account", {}, "prosody")]
)
def test_no_process_for_each_account(host: Host, module: str, more: dict[str, Any], unit: str) -> None:
    started = [_started(host, module, more, unit, number) for number in (4, 40)]
    assert started[0] == started[1]
    assert started[0] <= 3


def _started(host: Host, module: str, more: dict[str, Any], unit: str, number: int) -> int:
    """Make accounts in four domains; return how many processes the module has started for that."""
    accounts = [{"name": f"a{count}@p{count % 4}.processes.example", "customer": CUSTOMER} for count in range(number)]
    gone = {"accounts": [{**account, "state": "absent"} for account in accounts], **more}
    path = host.leave(module, {"accounts": accounts, **more})
    try:
        assert not host.module(module, gone).get("failed")
        before = host.run("sh", "-c", CHILDREN.format(unit=unit))
        done = host.run("sh", "-c", f"python3 - {path} 2>&1 >/dev/null | tail -1", stdin=COUNT)
        assert host.run("sh", "-c", CHILDREN.format(unit=unit)) == before
        assert not host.module(module, {"accounts": accounts, **more})["changed"]
    finally:
        host.module(module, gone)
        host.run("rm", "-rf", "/root/.ansible/tmp")
    return int(done)
