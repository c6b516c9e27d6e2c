# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-playbook, loaded once and forked for each run: to load it, and to pack modules, takes longer than most runs.

Reads a line of JSON for each run, with its command line and the files for output and errors; writes its exit status.
Each run is a process of its own, with its own settings. What they share are the plugins of the collection, which
Ansible compiles anew for each task otherwise, and packed modules, which it keeps for as long as its temporary directory
is there.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import ansible.cli
from ansible.cli.playbook import PlaybookCLI
from ansible.plugins.loader import init_plugin_loader

# what nearly every run loads beside it
_LOADED = ("executor.playbook_executor", "executor.module_common", "plugins.strategy.linear", "plugins.connection.ssh")
_COLLECTION = "ansible_collections.magmasoft.hosting.plugins"
_PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


def main() -> None:
    """Run until there is nothing more to read."""
    for name in _LOADED:
        import_module(f"ansible.{name}")
    init_plugin_loader()
    # once is enough: it warns of a second time
    ansible.cli.init_plugin_loader = lambda _paths=None: None
    for kind in ("filter", "lookup", "action"):
        for path in sorted(_PLUGINS.glob(f"{kind}/[!_]*.py")):
            import_module(f"{_COLLECTION}.{kind}.{path.stem}")
    gc.freeze()
    for line in sys.stdin:
        command, output, errors = json.loads(line)
        process = os.fork()
        if not process:
            _run(command, output, errors)
        status = os.waitpid(process, 0)[1]
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(command: Sequence[str], output: str, errors: str) -> NoReturn:
    """Become ansible-playbook."""
    for descriptor, path, flags in ((0, os.devnull, os.O_RDONLY), (1, output, os.O_WRONLY), (2, errors, os.O_WRONLY)):
        os.dup2(os.open(path, flags | os.O_CREAT, 0o600), descriptor)
    sys.argv = list(command)
    status = 1
    try:
        PlaybookCLI.cli_executor(sys.argv)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # without the end of the process that it was forked from, whose temporary directory others still need
        os._exit(status)


if __name__ == "__main__":
    main()
