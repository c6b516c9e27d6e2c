# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of a register for people."""

from __future__ import annotations

DOCUMENTATION = r"""
name: format_errors
short_description: Errors of a register as lines of text
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Makes one line for each error, the lines of a file together and in its order.
  - Values are quoted and cut, so that none of them can pass for something else on a terminal.
options:
  _input:
    description: The errors, from P(magmasoft.hosting.validate#filter).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ hosting_register.errors | magmasoft.hosting.format_errors }}"
"""

RETURN = r"""
_value:
  description: One line for each error.
  type: list
  elements: str
  sample:
    - >-
      register/lab/alpenverein.yml:12: mailboxes[0].quota: has no unit (value 2); allowed: a number and one of K,
      M, G, T, such as 500M or 2.5G, at most 1024T
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.errors import format_errors


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"format_errors": format_errors}
