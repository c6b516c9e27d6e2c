# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One verdict at the end of a run."""

from __future__ import annotations

DOCUMENTATION = r"""
name: verdict
short_description: One verdict on a whole run
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Lists every item and every host that failed, what was not reached, what needs work by hand, and orphans.
positional: register_errors, letters
options:
  _input:
    description: What each module returned on each host, as module to host to result.
    type: dict
    required: true
  register_errors:
    description: Errors of the register, as text.
    type: list
    elements: str
    default: []
  letters:
    description: What M(magmasoft.hosting.letter) returned, each time.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: End with a verdict
  vars:
    hosting_verdict: "{{ runs | magmasoft.hosting.verdict }}"
  ansible.builtin.assert:
    that: not hosting_verdict.failed
    fail_msg: "{{ hosting_verdict.lines }}"
"""

RETURN = r"""
_value:
  description: Whether the run failed, and lines of text.
  type: dict
  sample: {failed: false, lines: [12 unchanged]}
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.verdict import verdict


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"verdict": verdict}
