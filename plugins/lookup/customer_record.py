# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the controller holds of a customer."""

from __future__ import annotations

DOCUMENTATION = r"""
name: customer_record
short_description: What the controller itself holds of a customer
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Returns the register file as data, the letters by name and date, and the evidence. No password is among it.
  - Fails where a line of the evidence was changed.
options:
  _terms:
    description: Identifiers of customers.
    required: true
    type: list
    elements: str
  register:
    description: The directory of the register.
    type: str
    required: true
  letters:
    description: The directory of the letters.
    type: str
    required: true
  evidence:
    description: The directory of the evidence.
    type: str
    required: true
  evidence_key:
    description: The key by which it is signed.
    type: path
    required: true
"""

EXAMPLES = r"""
- name: Show what is held
  ansible.builtin.debug:
    msg: >-
      {{ lookup('magmasoft.hosting.customer_record', 'alpenverein', register=hosting_register_dir,
                letters=hosting_letters_dir, evidence=hosting_evidence_dir, evidence_key=hosting_evidence_key) }}
"""

RETURN = r"""
_raw:
  description: One record for each customer.
  type: list
  elements: dict
  contains:
    register:
      description: The register file.
      type: dict
    letters:
      description: Letters that are still there, C(file) and C(written).
      type: list
      elements: dict
    evidence:
      description: The evidence, the oldest first.
      type: list
      elements: dict
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.record import CustomerRecord, customer_record


class LookupModule(LookupBase):  # type: ignore[misc]  # Ansible publishes no types
    """The lookup."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[CustomerRecord]:
        """Read what is held of each."""
        self.set_options(var_options=variables, direct=kwargs)
        places = [str(self.get_option(name)) for name in ("register", "letters", "evidence", "evidence_key")]
        try:
            return [customer_record(str(term), *places) for term in terms]
        except (HostingError, OSError) as error:
            raise AnsibleLookupError(f"customer_record: {error}") from None
