# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the register."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register
short_description: Read the files of a register with the line of every value
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Reads every C(*.yml) of a directory, one customer each, and returns plain data for
    P(magmasoft.hosting.validate#filter).
  - Refuses what is no data - duplicate keys, anchors, aliases, tags, merge keys, directives, several documents - and
    files that are links, too large or not UTF-8. What is wrong is returned, it does not end the run.
  - Nothing in the files is evaluated, neither as a template nor as one of YAML's implicit types. C(no) is the text
    V(no).
options:
  _terms:
    description: Directories. One that does not exist ends the run.
    type: list
    elements: path
    required: true
notes:
  - Files are read with libyaml where PyYAML was built with it, ten times as fast as without.
"""

EXAMPLES = r"""
- name: Read and check the register
  ansible.builtin.set_fact:
    hosting_register: "{{ query('magmasoft.hosting.register', hosting_register_dir) | magmasoft.hosting.validate }}"
"""

RETURN = r"""
_list:
  description: One entry for each file, by name, each as JSON text, which Ansible does not walk over.
  type: list
  elements: str
  contains:
    file:
      description: Path of the file.
      type: str
    customer:
      description: The customer whose file it is by its name; empty where that is no identifier.
      type: str
    data:
      description: What stands in it, null if it cannot be understood.
      type: raw
    lines:
      description: Line of each value, by its path.
      type: dict
      sample: {"sites/0/domain": 12}
    names:
      description: Kind and name of what a file that cannot be understood seems to own.
      type: list
      elements: list
    errors:
      description: What is wrong with the file as YAML. The same fields as in P(magmasoft.hosting.validate#filter).
      type: list
      elements: dict
"""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import RegisterFile, read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import pack


class LookupModule(LookupBase):  # type: ignore[misc]  # Ansible publishes no types
    """The lookup."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        """Read the directories."""
        del variables  # nothing of the play has a say in what a register holds
        if kwargs:
            raise AnsibleLookupError(f"register: {', '.join(map(str, kwargs))}: no such option; allowed: directories")
        return [text for term in terms for text in pack(_read(str(term)))]


def _read(term: str) -> list[RegisterFile]:
    directory = str(Path(term).expanduser().absolute())
    try:
        return read_directory(directory)
    except OSError as error:
        raise AnsibleLookupError(
            f"register: {directory}: {error.strerror}; allowed: a directory with one <customer>.yml for each customer"
        ) from None
