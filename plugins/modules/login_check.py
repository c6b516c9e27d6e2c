#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action of the same name, which runs on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: login_check
short_description: Logs in to every service as customers would
version_added: 1.0.0
description:
  - Takes logins, passwords and addresses from the letters that M(magmasoft.hosting.letter) wrote and tries each of
    them by the real protocol, with the certificate checked.
  - Mail is read over IMAP (login, list of folders) and sent over submission (login, then a message to oneself that is
    given up before its text, so that none is left behind). Both go from the controller.
  - Over FTP, with TLS before the password (RFC 4217), and over SFTP, with the host's key checked, a directory is
    listed.
  - Databases are opened on the host of the task, with the client C(mariadb). The password reaches it through standard
    input, so it is in no command line, no file and no environment.
  - The start page of each site is fetched over TLS. A suspended site has to answer with status 503.
  - It fails when a login does not work. What was not tried is told, and is no failure.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - paramiko on the controller, where letters have SFTP
  - the client C(mariadb) on the host of the task, where letters have databases
extends_documentation_fragment:
  - magmasoft.hosting._attributes
attributes:
  action:
    description: It runs on the controller, and for databases on the host.
    support: full
  async:
    description: It takes seconds.
    support: none
  check_mode:
    description: Logging in changes nothing, so check mode makes no difference.
  diff_mode:
    description: There is nothing to show, since nothing is changed.
    support: none
options:
  directory:
    description: Where letters lie.
    type: path
    required: true
  customers:
    description: Whose logins and sites to try.
    type: list
    elements: str
    required: true
  languages:
    description:
      - Customer to language, which is asked for at the login to the webmail. The webmail keeps the language of the
        first login as that of its user.
    type: dict
    default: {}
  suspended:
    description: Customers among these who are suspended. Their logins are not tried.
    type: list
    elements: str
    default: []
  sites:
    description: Sites, as P(magmasoft.hosting.expand#filter) makes them. What is not named here is ignored.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The domain.
        type: str
        required: true
      customer:
        description: Whose site it is. Sites of others than O(customers) are ignored.
        type: str
        required: true
      aliases:
        description: More domains, which are tried as well.
        type: list
        elements: str
        default: []
      state:
        description: With V(suspended) the notice page is expected.
        type: str
        default: present
      managed:
        description: With V(false) it is not tried.
        type: bool
        default: true
  databases:
    description:
      - The databases that can be opened on this host, by their C(name). Others are not tried.
      - Without it all are tried.
    type: list
    elements: dict
    suboptions:
      name:
        description: The database.
        type: str
        required: true
  endpoints:
    description: As in M(magmasoft.hosting.letter). Only C(port) of C(web) is used; the rest stands in the letters.
    type: dict
    default: {}
  connect_to:
    description: Addresses to connect to instead of asking DNS, name to address. V(*) stands for every other name.
    type: dict
    default: {}
  ca_file:
    description: Certificates that may have signed those of the services. Without it, those that the controller trusts.
    type: path
  host_keys:
    description: Public keys that a server may show for SFTP, as in the files that C(ssh-keygen) writes.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds that a service may take for an answer.
    type: float
    default: 15
  workers:
    description: How many logins are tried at once.
    type: int
    default: 8
"""

EXAMPLES = r"""
- name: Log in to everything that the letter names
  magmasoft.hosting.login_check:
    directory: /srv/hosting/letters
    customers: [alpenverein]
    sites:
      - {name: alpenverein.example, customer: alpenverein}

- name: In a lab whose names are in no DNS
  magmasoft.hosting.login_check:
    directory: "{{ hosting_letters_dir }}"
    customers: [alpenverein]
    connect_to: {"*": 192.0.2.17}
    ca_file: build/lab/ca.crt
"""

RETURN = r"""
results:
  description: What was tried, one row for each service of each login and for each name of a site.
  returned: always
  type: list
  elements: dict
  contains:
    customer:
      description: Whose login it is.
      type: str
    service:
      description: The service as in the letter, V(site), or V(letter) where there is none.
      type: str
    user:
      description: The login. Empty for sites.
      type: str
    address:
      description: Host and port, or URL.
      type: str
    works:
      description: Whether it works. Null if it was not tried.
      type: bool
    error:
      description: Why it does not work, or was not tried. Empty if it works.
      type: str
  sample:
    - customer: alpenverein
      service: imap
      user: office@alpenverein.example
      address: mail.example.net:993
      works: false
      error: "[AUTHENTICATIONFAILED] Authentication failed."
"""
