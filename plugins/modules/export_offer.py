#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of a bag on its way to the host that seals it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: export_offer
short_description: Lets the sealing host fetch the part of another host
version_added: 1.0.0
description:
  - Parts of a bag go from host to host over TLS, and never through the controller.
  - On the sealing host, without O(peer), this makes a key that stays there, and returns its certificate.
  - On the other hosts it offers the part to whoever has that certificate, once. The sealing host in turn knows the
    certificate that is returned there; see O(magmasoft.hosting.customer_export#module:parts).
  - The offer ends when the part has been received or removed, at the latest after six hours.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - openssl on the host
extends_documentation_fragment:
  - magmasoft.hosting._attributes
attributes:
  check_mode:
    description: Does nothing and returns nothing, since there is no part yet.
    details: What a run then offers is what O(magmasoft.hosting.customer_export#module:state=part) predicts.
    support: partial
  diff_mode:
    description: There is nothing to show.
    support: none
  idempotent:
    description: Each run makes a new offer, and ends the former one.
    support: none
options:
  directory:
    description: Where bags lie.
    type: path
    default: /var/lib/hosting/bags
  customer:
    description: Whose part it is.
    type: str
    required: true
  name:
    description: What the bag is called, behind the customer's identifier.
    type: str
    required: true
  peer:
    description: The certificate of the sealing host (PEM).
    type: str
  address:
    description: Where the sealing host reaches this one. Returned as it is.
    type: str
    default: ""
  port:
    description: Where the part is offered. V(0) takes one that is free.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Offer the part
  magmasoft.hosting.export_offer:
    customer: alpenverein
    name: "2026-11-25"
    peer: "{{ hostvars[hosting_export_host].hosting_receiver.certificate }}"
    address: 10.1.2.3
    port: 8471
  register: hosting_offer
"""

RETURN = r"""
certificate:
  description: The certificate of this side (PEM).
  returned: success
  type: str
address:
  description: What O(address) said.
  returned: with O(peer)
  type: str
port:
  description: Where the part is offered.
  returned: with O(peer)
  type: int
error:
  description: Why it could not be, as C(code), C(message) and C(remedy).
  returned: failure
  type: dict
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.fetch import offer_part, prepare_receiver
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "path", "default": "/var/lib/hosting/bags"},
            "customer": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "peer": {"type": "str"},
            "address": {"type": "str", "default": ""},
            "port": {"type": "int", "default": 0},
        },
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=False)
    try:
        result = _run(module.params)
    except HostingError as error:
        module.fail_json(msg=str(error), error=error.report())
    module.exit_json(changed=True, **result)


def _run(params: dict[str, Any]) -> dict[str, Any]:
    if params["peer"] is None:
        return prepare_receiver(params["directory"], params["customer"], params["name"])
    offer = offer_part(params["directory"], params["customer"], params["name"], params["peer"], params["port"])
    return {**offer, "address": params["address"]}


if __name__ == "__main__":
    main()
