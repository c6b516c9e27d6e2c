# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The usual output of Ansible, where what this collection refuses is said once and in plain words."""

from __future__ import annotations

DOCUMENTATION = r"""
name: operator
type: stdout
short_description: The usual output, where a refusal is said once
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Is the output C(ansible.builtin.default), but for tasks that fail because this collection refuses something, such as
    a broken register. Ansible says each of them two to five times, with the places in the playbook that led there.
  - With C(-v) and more all of that is shown.
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - Set as C(stdout_callback) in C(ansible.cfg).
"""

import re
from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.plugins.callback.default import CallbackModule as Default

_OURS = "magmasoft.hosting."
# Tasks of our playbooks that say in their own words what is wrong.
_TELLING = frozenset({"ansible.builtin.assert", "ansible.builtin.fail", "assert", "fail"})
_PLUGIN = re.compile(r"The \w+ plugin '" + re.escape(_OURS) + r"\w+' failed: (?P<said>.*)", re.DOTALL)


def refusal(action: str, result: Mapping[str, Any]) -> str | None:
    """Return what this collection has to say of a failed task, a line for each mistake; None where that is not all."""
    said = result.get("msg")
    if action in _TELLING or action.startswith(_OURS):
        lines = said if isinstance(said, list) else [said]
        # what was raised in a module is no refusal, but a fault of ours
        return "\n".join(map(str, lines)) if said and not result.get("module_stderr") else None
    found = _PLUGIN.search(said) if isinstance(said, str) else None
    return found["said"] if found else None


class CallbackModule(Default):  # type: ignore[misc]  # ansible-core publishes no types
    """Says a refusal once."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "magmasoft.hosting.operator"

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Show a failed task."""
        said = None if self._display.verbosity else refusal(result.task.action, result.result)
        if said is None:
            super().v2_runner_on_failed(result, ignore_errors)
            return
        if self._last_task_banner != result.task._uuid:  # noqa: SLF001 - as the callback that this one is
            self._print_task_banner(result.task)
        self._handle_warnings(result.result)
        begin = "\n" if "\n" in said else " "
        self._display.display(f"fatal: [{self.host_label(result)}]:{begin}{said}", color=constants.COLOR_ERROR)
        if ignore_errors:
            self._display.display("...ignoring", color=constants.COLOR_SKIP)
