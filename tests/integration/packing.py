# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs modules as Ansible does before it sends them over a pipelined connection, by Ansible's own code.

Reads a line of JSON for each, with the name of the module, its arguments, whether in check mode, and the file to write;
answers with a line. What Ansible adds to the arguments is what its action plugin adds, with ``--diff``. The zip of a
module is made once.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins import loader as plugins
from ansible.plugins.action.normal import ActionModule
from ansible.template import Templar

# As the inventories of the scenarios and their plays set it.
_VARIABLES = {"ansible_python_interpreter": "/usr/bin/python3", "ansible_no_target_syslog": True}


def main() -> None:
    """Pack until there is nothing more to read."""
    plugins.init_plugin_loader()
    for line in sys.stdin:
        name, arguments, check, path = json.loads(line)
        Path(path).write_bytes(_packed(f"magmasoft.hosting.{name}", arguments, check=check))
        sys.stdout.write("packed\n")
        sys.stdout.flush()


def _packed(name: str, arguments: dict[str, Any], *, check: bool) -> bytes:
    loader, context = DataLoader(), PlayContext()
    action = ActionModule(
        task=Task.load({name: {}, "check_mode": check, "diff": True}),
        connection=plugins.connection_loader.get("ansible.builtin.ssh", context),
        play_context=context,
        loader=loader,
        templar=Templar(loader=loader, variables=_VARIABLES),
        shared_loader_obj=plugins,
    )
    action._update_module_args(name, arguments, _VARIABLES)
    built, _path = action._configure_module(name, arguments, _VARIABLES)
    content: bytes = built.b_module_data
    return content


if __name__ == "__main__":
    main()
