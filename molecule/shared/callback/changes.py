# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes which tasks of each run changed something, so that a test can compare the runs of a scenario."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible import context
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: changes
type: aggregate
short_description: Notes which tasks of each run changed something
description: Appends a line of JSON for each run to the file that the environment variable E(HOSTING_CHANGES) names.
requirements: [enabled in E(ANSIBLE_CALLBACKS_ENABLED)]
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]  # Ansible publishes no types
    """The callback."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "changes"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._playbook = ""
        self._changed: list[str] = []

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Note the playbook."""
        self._playbook = Path(playbook._file_name).name  # noqa: SLF001 - there is no other way to learn it

    def v2_runner_on_ok(self, result: Any) -> None:
        """Note the task."""
        if result.is_changed():
            self._changed.append(result.task.get_name())

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Write the line."""
        run = {"playbook": self._playbook, "check": context.CLIARGS["check"], "changed": self._changed}
        with Path(os.environ["HOSTING_CHANGES"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")
