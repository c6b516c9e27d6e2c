# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Database passwords that are not in force everywhere yet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: pending_passwords
short_description: Database passwords that are not in force everywhere yet
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Reads what M(magmasoft.hosting.letter) with O(magmasoft.hosting.letter#module:state=pending) wrote,
    for the file with which a site gets the credentials of its databases.
  - These are the only passwords that a host ever sees in plain. Pass them to options with C(no_log) only.
options:
  _terms:
    description: The kind of login. Exactly one, and only databases have passwords that a host needs.
    type: list
    elements: str
    choices: [database]
    required: true
  directory:
    description: Where letters lie. If there is no such directory, nothing is pending.
    type: path
    required: true
  expected:
    description:
      - Logins for which a run in check mode would have made a password.
      - Only in check mode they get a text that is nobody's password, so that the modules predict what they would do.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Apply sites, with the passwords of new databases
  magmasoft.hosting.site:
    sites: "{{ hosting_plan.sites | magmasoft.hosting.on_host(inventory_hostname, groups['hosting_web']) }}"
    users: "{{ hosting_users }}"
    database_passwords: "{{ lookup('magmasoft.hosting.pending_passwords', 'database', directory=hosting_letters_dir) }}"
  no_log: true
"""

RETURN = r"""
_raw:
  description: One dictionary, name of the database to password.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.lookup import pending_values, read_kind

_STAND_IN = "not-known-in-check-mode"


class LookupModule(LookupBase):  # type: ignore[misc]  # ansible-core publishes no types
    """Reads pending passwords of databases."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, str]]:
        """Return one dictionary."""
        self.set_options(var_options=variables, direct=kwargs)
        try:
            kind = read_kind(terms, ("database",))
            passwords = pending_values(self.get_option("directory"), kind, lambda secret: secret.password)
        except HostingError as error:
            raise AnsibleError(f"pending_passwords: {error}") from None
        if variables is not None and variables.get("ansible_check_mode") is True:
            passwords = {str(name): _STAND_IN for name in self.get_option("expected")} | passwords
        return [passwords]
