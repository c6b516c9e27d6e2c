#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action of the same name, which runs on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: letter
short_description: Passwords of customers, and the letters that tell them
version_added: 1.0.0
description:
  - Makes the passwords of customers on the controller and keeps them until they are in force and told in a letter.
  - A password and its hash are written and synced before anything can use them, and the same hash is used until the
    letter is complete. A run that is killed at any moment leaves no login whose password nobody has; the next run goes
    on.
  - Letters are C(<customer>.txt), C(<customer>.html) to print, and C(<customer>.json). All files have mode 0600.
  - Neither passwords nor hashes are returned. P(magmasoft.hosting.pending_hashes#lookup) has the hashes.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - argon2-cffi on the controller
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
  idempotent:
    description: With O(renew=true) each run makes a new password.
    support: partial
  platform:
    description: The controller.
    platforms: posix
options:
  state:
    description:
      - V(pending) makes a password for each of O(logins) that has none pending.
      - V(complete) merges what is pending for O(logins) into the letters, and then removes it from what is pending. The
        letter of a customer also lists those of O(logins) whose password is not known, as unchanged. A login without
        any service in O(endpoints) stays pending. A letter that is there and says otherwise, because a service has
        moved, is new or is not wanted any more, or its owner has chosen another password, is written anew, and is not
        kept longer for that.
      - V(pruned) removes letters that are older than O(days). What is pending is never removed, nor a letter of
        M(magmasoft.hosting.download_letter) whose link is still valid.
    type: str
    required: true
    choices: [pending, complete, pruned]
  directory:
    description:
      - Where letters lie. It is made with mode 0700 if it does not exist.
      - A directory that others can read or write is refused, and one in a git work tree unless git ignores it.
    type: path
    required: true
  customers:
    description: To whom letters go, as P(magmasoft.hosting.expand#filter) makes them; other keys are ignored.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The customer's identifier, which names the files.
        type: str
        required: true
      display_name:
        description: How the customer is called in the letter.
        type: str
      language:
        description: The language of the letter.
        type: str
        choices: [de, en, it, es]
        default: en
      contact:
        description: Where the letter goes.
        type: str
  logins:
    description: The logins.
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description: What the login is for.
        type: str
        required: true
        choices: [mailbox, file_login, database]
      name:
        description: The address, the login or the database.
        type: str
        required: true
      customer:
        description: Whose it is.
        type: str
        required: true
      services:
        description:
          - What it may be used for. V(mail), V(cloud), V(chat) for mailboxes, V(files), V(statistics) for file logins,
            V(database), V(database_tool) for databases.
          - Without it the letter has every service that O(endpoints) has.
        type: list
        elements: str
      hosts:
        description: Hosts of the inventory where the login has something.
        type: list
        elements: str
      site:
        description: The only site that a login for files enters.
        type: str
  wanted:
    description:
      - All logins that O(customers) are to have, with the keys of O(logins), which has those that are in force.
      - What else a letter of theirs has is dropped from it. Without this option nothing is.
    type: list
    elements: dict
  replaced:
    description:
      - Kind to names of logins whose owner has chosen another password, as
        RV(magmasoft.hosting.account_info#module:replaced) has them. The letter does not tell the former one any more.
    type: dict
    default: {}
  sites:
    description:
      - The sites of O(customers), as P(magmasoft.hosting.expand#filter) makes them. The letter says where each answers,
        in which folder its pages lie, and where its domain has to lead.
    type: list
    elements: dict
    default: []
  mailboxes:
    description:
      - The addresses of O(customers), as P(magmasoft.hosting.expand#filter) makes them. The letter says how else each
        is reached, where it is forwarded to, and how much room it has.
    type: list
    elements: dict
    default: []
  host_keys:
    description: Host of the inventory to its public keys for SFTP, each as in a file that C(ssh-keygen) writes.
    type: dict
    default: {}
  endpoints:
    description:
      - Where services answer, name of the service to a dictionary of C(host), C(port), C(security) and, for web
        services, C(url), in which C({login}) stands for the login.
      - Where a service is on several hosts, C(hosts) maps those of the inventory to their public names. A login is told
        those that its C(hosts) names.
      - Services are C(imap), C(submission), C(webmail), C(cloud), C(webdav), C(caldav), C(carddav), C(xmpp), C(ftp),
        C(sftp), C(statistics), C(database) and C(database_tool). C(security) is C(tls), C(starttls) or C(socket).
      - A service that is not here is in no letter.
    type: dict
    default: {}
  provider:
    description: Who sends the letter, for its head.
    type: str
    default: ""
  ask:
    description: Address or number for questions, for its end.
    type: str
    default: ""
  renew:
    description: With O(state=pending), make a new password even if one is pending.
    type: bool
    default: false
  days:
    description: Age of the letters that O(state=pruned) removes.
    type: int
"""

EXAMPLES = r"""
- name: Write new passwords down before anything uses them
  magmasoft.hosting.letter:
    state: pending
    directory: /srv/hosting/letters
    logins:
      - {kind: mailbox, name: office@alpenverein.example, customer: alpenverein}

- name: Complete the letters of the logins that are in force
  magmasoft.hosting.letter:
    state: complete
    directory: /srv/hosting/letters
    provider: Example Hosting, Musterdorf
    customers:
      - {name: alpenverein, display_name: Alpenverein Musterdorf, language: de, contact: obfrau@elsewhere.example}
    logins:
      - {kind: mailbox, name: office@alpenverein.example, customer: alpenverein}
    endpoints:
      imap: {host: mail.example.net, port: 993, security: tls}
      submission: {host: mail.example.net, port: 465, security: tls}

- name: Remove letters that are old enough
  magmasoft.hosting.letter:
    state: pruned
    directory: /srv/hosting/letters
    days: 14
"""

RETURN = r"""
names:
  description: The logins for which a password was made, or whose letter was completed, by kind.
  returned: with O(state=pending) and O(state=complete)
  type: dict
  sample: {mailbox: [office@alpenverein.example], file_login: [], database: []}
pending:
  description: Whether a password waits to be in force everywhere, this run's or a former one's.
  returned: with O(state=pending)
  type: bool
waiting:
  description: The logins that stay pending since they have no service in O(endpoints), by kind.
  returned: with O(state=complete)
  type: dict
  sample: {mailbox: [], file_login: [alpenverein], database: []}
letters:
  description: The pages to print that were written.
  returned: with O(state=complete)
  type: list
  elements: str
  sample: [/srv/hosting/letters/alpenverein.html]
present:
  description: The pages to print of O(customers) that lie there, written by this run or a former one.
  returned: with O(state=complete)
  type: list
  elements: str
  sample: [/srv/hosting/letters/alpenverein.html]
replaced:
  description: The logins whose password was taken out of a letter, since their owner has chosen another.
  returned: with O(state=complete)
  type: list
  elements: str
  sample: [mailbox:office@alpenverein.example]
customers:
  description: Whose letters were removed.
  returned: with O(state=pruned)
  type: list
  elements: str
counts:
  description: How many logins and customers were concerned.
  returned: always
  type: dict
  sample: {logins: 1, customers: 1}
hash_seconds:
  description: How long hashing took, on all processors.
  returned: with O(state=pending)
  type: float
  sample: 0.021
errors:
  description: The customers that failed, each with code, message and remedy. The others are done.
  returned: success or failure of single customers
  type: dict
error:
  description: Why nothing was done at all; code, message and remedy.
  returned: failure
  type: dict
  sample:
    code: unsafe-path
    message: "/srv/hosting/letters: is open to others (mode 0755), and passwords lie there"
    remedy: chmod 0700 /srv/hosting/letters
"""
