# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Password hashes that are not in force everywhere yet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: pending_hashes
short_description: Password hashes that are not in force everywhere yet
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Reads what M(magmasoft.hosting.letter) with O(magmasoft.hosting.letter#module:state=pending) wrote,
    for the option C(password_hashes) of the modules.
  - A login has the same hash on every run until its letter is complete. After that it is not here any more, and modules
    leave alone the password that the login has.
options:
  _terms:
    description: The kind of login. Exactly one.
    type: list
    elements: str
    choices: [mailbox, file_login, database]
    required: true
  directory:
    description: Where letters lie. If there is no such directory, nothing is pending.
    type: path
    required: true
  expected:
    description:
      - Logins for which a run in check mode would have made a password.
      - Only in check mode they get a hash of nobody's password, so that the modules predict what they would do.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Apply mailboxes, with the hashes of new ones
  magmasoft.hosting.mailbox:
    directory: "{{ hosting_directory_connection }}"
    mailboxes: "{{ hosting_plan.mailboxes }}"
    password_hashes: >-
      {{ lookup('magmasoft.hosting.pending_hashes', 'mailbox', directory=hosting_letters_dir,
                expected=hosting_new_passwords.names.mailbox) }}
"""

RETURN = r"""
_raw:
  description: One dictionary, name of the login to hash.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.lookup import pending_values, read_kind
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import stand_in


class LookupModule(LookupBase):  # type: ignore[misc]  # ansible-core publishes no types
    """Reads pending hashes."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, str]]:
        """Return one dictionary."""
        self.set_options(var_options=variables, direct=kwargs)
        try:
            kind = read_kind(terms)
            hashes = pending_values(self.get_option("directory"), kind, lambda secret: secret.hash)
        except HostingError as error:
            raise AnsibleError(f"pending_hashes: {error}") from None
        if variables is not None and variables.get("ansible_check_mode") is True:
            hashes = {str(name): stand_in(kind) for name in self.get_option("expected")} | hashes
        return [hashes]
