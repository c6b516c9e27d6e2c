#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The evidence of what became of a customer's data."""

from __future__ import annotations

DOCUMENTATION = r"""
module: evidence
short_description: Notes what became of a customer's data
version_added: 1.0.0
description:
  - Adds a line to the evidence of a customer, with the time and the user who ran the playbook.
  - Lines are never changed. Each has the SHA-256 of the one before, and the last one's is signed with a key of the
    provider's, so what was changed, cut off or made anew later is found, and named.
  - Runs on the controller.
author:
  - The magmasoft.hosting authors (@magmasoft)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
attributes:
  diff_mode:
    description: Lines are added; RV(entries) has them.
    support: none
options:
  directory:
    description: Where the evidence of all customers lies, C(<customer>.jsonl) for each.
    type: path
    required: true
  key:
    description:
      - The key by which the head of the evidence is signed, as C(ssh-keygen) makes them. Made where there is none.
      - Where it is a public one, an agent (ssh-agent(1)) has to hold the other half.
      - The public keys that are believed stand beside it, in C(<key>.signers).
    type: path
    required: true
  customer:
    description: Whose evidence it is.
    type: str
    required: true
  entry:
    description:
      - What happened. What stands there already is not added again.
      - With C(time), it happened then; otherwise now.
    type: dict
  entries:
    description: The same of several events, each on a line of its own.
    type: list
    elements: dict
"""

EXAMPLES = r"""
- name: Note that a bag was sealed
  magmasoft.hosting.evidence:
    directory: /srv/hosting/evidence
    key: /srv/hosting/keys/evidence
    customer: alpenverein
    entry: {what: export, bag: alpenverein-2026-11-25, seal: 5f8d0e2b1c}
  delegate_to: localhost
"""

RETURN = r"""
entries:
  description: What was noted now, and had not been before.
  returned: success
  type: list
  elements: dict
error:
  description: Why it could not be, as C(code), C(message) and C(remedy).
  returned: failure
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, as_hosting_error
from ansible_collections.magmasoft.hosting.plugins.module_utils._evidence.evidence import add_evidence


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "path", "required": True},
            "key": {"type": "path", "required": True, "no_log": False},
            "customer": {"type": "str", "required": True},
            "entry": {"type": "dict"},
            "entries": {"type": "list", "elements": "dict"},
        },
        required_one_of=[["entry", "entries"]],
        mutually_exclusive=[["entry", "entries"]],
        supports_check_mode=True,
    )
    params = module.params
    try:
        entries = params["entries"] if params["entry"] is None else [params["entry"]]
        added = add_evidence(
            params["directory"], params["customer"], entries, key=params["key"], check_mode=module.check_mode
        )
    except (HostingError, OSError) as error:
        problem = as_hosting_error(error)
        module.fail_json(msg=str(problem), error=problem.report())
    module.exit_json(changed=bool(added), entries=added)


if __name__ == "__main__":
    main()
