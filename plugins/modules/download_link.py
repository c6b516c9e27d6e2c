#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Links to sealed bags, and the downloads by them."""

from __future__ import annotations

DOCUMENTATION = r"""
module: download_link
short_description: Hands sealed bags over by https links that expire
version_added: 1.0.0
description:
  - Publishes sealed bags on a host with the role C(downloads), each behind a link that nobody can guess and that
    expires.
  - The link has a token, which only the controller and the customer know; see M(magmasoft.hosting.download_letter).
    This host knows the digest of it, and so finds out whether a request has it.
  - Counts the downloads by the log of the web server. An answer with the whole file is a download, and so are answers
    that cover it together, those of a download that was resumed or that was fetched in several pieces at once. What was
    begun and is not finished is none.
author:
  - The magmasoft.hosting authors (@magmasoft)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
options:
  links:
    description: The links.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The bag, with the customer's identifier, as M(magmasoft.hosting.customer_export) returns it.
        type: str
        required: true
      customer:
        description: Whose it is.
        type: str
        required: true
      state:
        description:
          - V(present) lets the bag have this link, and no other.
          - V(absent) withdraws it.
        type: str
        choices: [present, absent]
        default: present
      digest:
        description: The SHA-1 of the token, in hexadecimal. Needed with V(present).
        type: str
      until:
        description: Until when it is valid, ISO 8601 in UTC, at most 61 days from now. Needed with V(present).
        type: str
  customers:
    description: Whose links and downloads are returned.
    type: list
    elements: str
    default: []
  bags:
    description: Where bags lie.
    type: path
    default: /var/lib/hosting/bags
  directory:
    description: Where what is handed over lies, on the same file system. The role C(downloads) makes it.
    type: path
    default: /var/lib/hosting/downloads
  log:
    description: The log of the downloads.
    type: path
    default: /var/log/hosting/downloads/access.log
notes:
  - A bag in the form of a directory can't be handed over this way.
  - A file is read once for its SHA-256 when it is published.
  - Downloads are counted for 30 days after the end of a link, the same ones at each run.
"""

EXAMPLES = r"""
- name: Let a bag be downloaded
  magmasoft.hosting.download_link:
    links:
      - name: alpenverein-2026-11-25
        customer: alpenverein
        digest: 8843d7f92416211de9ebb963ff4ce28125932878
        until: "2026-12-02T23:59:59Z"

- name: See what was downloaded
  magmasoft.hosting.download_link:
    customers: [alpenverein]
  register: handed_over
"""

RETURN = r"""
results:
  description: What was done, or in check mode would be, without the unchanged.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: V(link).
      type: str
    name:
      description: Name of the bag.
      type: str
    customer:
      description: Whose it is.
      type: str
    action:
      description: V(create), V(change) or V(remove).
      type: str
    fields:
      description: What differed.
      type: list
      elements: str
    status:
      description: One of V(planned), V(done), V(failed), V(skipped).
      type: str
    error:
      description: With V(failed), the error as C(code), C(message) and C(remedy).
      type: dict
  sample:
    - kind: link
      name: alpenverein-2026-11-25
      customer: alpenverein
      action: create
      fields: [digest, seal, until]
      status: done
      error: null
links:
  description: The links of O(customers) that are valid, as O(links) takes them.
  returned: success
  type: list
  elements: dict
  sample:
    - name: alpenverein-2026-11-25
      customer: alpenverein
      digest: 8843d7f92416211de9ebb963ff4ce28125932878
      until: "2026-12-02T23:59:59Z"
published:
  description: What they lead to, by bag.
  returned: success
  type: dict
  sample:
    alpenverein-2026-11-25:
      digest: 8843d7f92416211de9ebb963ff4ce28125932878
      seal: 5f8d0e2b1c
      file: alpenverein-2026-11-25.tar
      bytes: 2147483648
      sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
withdrawn:
  description: Of each of O(customers), the links that were withdrawn in the last 30 days, and when.
  returned: success
  type: dict
  sample:
    alpenverein:
      - bag: alpenverein-2026-11-25
        link: 8843d7f92416211de9ebb963ff4ce28125932878
        time: "2026-11-27T09:12:44Z"
downloads:
  description:
    - Of each of O(customers), how many downloads came to their end by each link on each day, the first day first.
    - C(time) is when the last one did.
  returned: success
  type: dict
  sample:
    alpenverein:
      - bag: alpenverein-2026-11-25
        seal: 5f8d0e2b1c
        time: "2026-11-26T18:20:11.402Z"
        count: 2
        bytes: 2147483648
counts:
  description: How many links were unchanged, done, planned, failed, skipped or unknown.
  returned: always
  type: dict
error:
  description: Why the run as a whole could not go on, as C(code), C(message) and C(remedy). Null if it could.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.bags import Bags
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Spec
from ansible_collections.magmasoft.hosting.plugins.module_utils._download.links import Links
from ansible_collections.magmasoft.hosting.plugins.module_utils._download.service import (
    DownloadLinkService,
    links_and_downloads,
    wanted_link,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.run import run_module

_LINK: Spec = {
    "name": {"type": "str", "required": True},
    "customer": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "digest": {"type": "str"},
    "until": {"type": "str"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "links": {"type": "list", "elements": "dict", "default": []},
            "customers": {"type": "list", "elements": "str", "default": []},
            "bags": {"type": "path", "default": "/var/lib/hosting/bags"},
            "directory": {"type": "path", "default": "/var/lib/hosting/downloads"},
            "log": {"type": "path", "default": "/var/log/hosting/downloads/access.log"},
        },
        supports_check_mode=True,
    )
    params = module.params
    bags, links = Bags(params["bags"]), Links(params["directory"])
    run_module(
        module,
        lambda: [
            Batch(
                DownloadLinkService(links, bags),
                [wanted_link(item, bags) for item in read_items("links", params["links"], _LINK)],
            )
        ],
        lock="download_link",
        extra=lambda: links_and_downloads(links, params["customers"], params["log"]),
    )


if __name__ == "__main__":
    main()
