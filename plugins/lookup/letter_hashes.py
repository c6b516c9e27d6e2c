# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The hashes that were set with the passwords in letters."""

from __future__ import annotations

DOCUMENTATION = r"""
name: letter_hashes
short_description: The hashes that were set with the passwords in letters
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Reads the letters that M(magmasoft.hosting.letter) wrote and that lie there still, for
    M(magmasoft.hosting.account_info), which finds the logins whose owners have chosen another password since.
  - A letter that cannot be understood has nothing here; M(magmasoft.hosting.letter) names it.
options:
  _terms:
    description: The directory of the letters. Exactly one. If there is no such directory, there are none.
    type: list
    elements: path
    required: true
"""

EXAMPLES = r"""
- name: Find logins that have a password, and whose letter tells another
  magmasoft.hosting.account_info:
    directory: "{{ hosting_directory_connection }}"
    letter_hashes: "{{ lookup('magmasoft.hosting.letter_hashes', hosting_letters_dir) }}"
"""

RETURN = r"""
_raw:
  description: One JSON text, kind of login to name to hash.
  type: list
  elements: str
"""

import json
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.lookup import letter_hashes


class LookupModule(LookupBase):  # type: ignore[misc]  # ansible-core publishes no types
    """Reads hashes of letters."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        """Return one text."""
        self.set_options(var_options=variables, direct=kwargs)
        if len(terms) != 1:
            raise AnsibleError(f"letter_hashes: {len(terms)} directories given; allowed: one")
        try:
            return [json.dumps(letter_hashes(str(terms[0])))]
        except HostingError as error:
            raise AnsibleError(f"letter_hashes: {error}") from None
