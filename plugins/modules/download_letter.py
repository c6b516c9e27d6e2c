#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action of the same name, which runs on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: download_letter
short_description: Links by which customers download their bags, and the letters that tell them
version_added: 1.0.0
description:
  - Makes the token of a link on the controller and keeps it there for as long as the link is valid. It is written and
    synced before anything can use it, and is the same on every run until then.
  - Letters are C(downloads/<customer>.<bag>.html) to print, and C(.txt), below the directory of the letters. All files
    have mode 0600. M(magmasoft.hosting.letter) with O(magmasoft.hosting.letter#module:state=pruned) removes them, those
    whose link is still valid excepted.
  - Neither the token nor the link is returned.
author:
  - The magmasoft.hosting authors (@magmasoft)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
attributes:
  action:
    description: It runs on the controller.
    support: full
  async:
    description: It takes seconds.
    support: none
  diff_mode:
    description: There is nothing that may be shown.
    support: none
  platform:
    description: The controller.
    platforms: posix
options:
  state:
    description:
      - V(pending) makes a link for the bag, unless there is one.
      - V(complete) writes the letter with it, once M(magmasoft.hosting.download_link) has published the bag.
      - V(withdrawn) forgets the link and removes its letter, so that a later one is another. Without O(bag) those of
        all bags of the customer.
    type: str
    required: true
    choices: [pending, complete, withdrawn]
  directory:
    description: Where letters lie; see M(magmasoft.hosting.letter).
    type: path
    required: true
  customer:
    description: Whose bag it is.
    type: str
    required: true
  bag:
    description: The bag, with the customer's identifier. Needed with V(pending) and V(complete).
    type: str
  seal:
    description:
      - The seal of the bag. A bag that was made anew gets another link.
      - Needed with V(pending) and V(complete).
    type: str
  days:
    description:
      - The link is valid to the end of so many days after the day on which it was made, in UTC. From 1 to 60.
      - Without it a link keeps the days that it has; a new one has 7.
    type: int
  customers:
    description:
      - To whom letters go, as P(magmasoft.hosting.expand#filter) makes them; see
        O(magmasoft.hosting.letter#module:customers). Needed with V(complete).
    type: list
    elements: dict
    default: []
  provider:
    description: Who sends the letter, for its head.
    type: str
    default: ""
  ask:
    description: Where to ask, an address or a number.
    type: str
    default: ""
  host_name:
    description: The name in the link. Needed with V(complete), as are the following.
    type: str
  file:
    description: The name of the file.
    type: str
  bytes:
    description: Its size.
    type: int
  sha256:
    description: Its SHA-256.
    type: str
"""

EXAMPLES = r"""
- name: Have a link to the bag
  magmasoft.hosting.download_letter:
    state: pending
    directory: /srv/hosting/letters
    customer: alpenverein
    bag: alpenverein-2026-11-25
    seal: 5f8d0e2b1c
  register: link

- name: Write the letter with it
  magmasoft.hosting.download_letter:
    state: complete
    directory: /srv/hosting/letters
    customer: alpenverein
    bag: alpenverein-2026-11-25
    seal: 5f8d0e2b1c
    customers:
      - {name: alpenverein, display_name: Alpenverein Musterdorf, language: de, contact: obfrau@elsewhere.example}
    provider: Example Hosting, Musterdorf
    host_name: download.example.net
    file: alpenverein-2026-11-25.tar
    bytes: 2147483648
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

RETURN = r"""
digest:
  description: The SHA-1 of the token, by which M(magmasoft.hosting.download_link) knows the link.
  returned: with O(state=pending)
  type: str
  sample: 8843d7f92416211de9ebb963ff4ce28125932878
until:
  description: Until when the link is valid, ISO 8601 in UTC.
  returned: with O(state=pending)
  type: str
  sample: "2026-12-02T23:59:59Z"
letter:
  description: The page to print.
  returned: with O(state=complete)
  type: str
  sample: /srv/hosting/letters/downloads/alpenverein.2026-11-25.html
bags:
  description: The bags whose links were forgotten.
  returned: with O(state=withdrawn)
  type: list
  elements: str
error:
  description: Why it could not be done, as C(code), C(message) and C(remedy).
  returned: failure
  type: dict
"""
