#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Web sites of customers on Apache and PHP-FPM."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site
short_description: Web sites of customers on Apache and PHP-FPM
version_added: 1.0.0
description:
  - Keeps everything that a site consists of - the customer's system user, directories, certificate, credentials of its
    databases, virtual host, and for sites with PHP a pool of processes that runs as the customer's user.
  - Configuration is written beside the present one, checked, swapped in as a whole, taken over by one reload for each
    daemon that is concerned, and proved. If the daemons do not serve it, the former one is put back, and the site at
    fault is named and left out.
  - A site with which Apache would not start again, because something else lies in the place of its log, is taken out of
    service and named, with the action C(remove), also where O(sites) does not have it.
  - What is managed stands in the current generation below O(state_directory). What does not is never touched.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - Apache with PHP-FPM as the role P(magmasoft.hosting.web#role) sets them up
  - python3-jinja2 on the host
  - python3-cryptography on the host
  - systemd-sysusers on the host
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._items
  - magmasoft.hosting._items.incarnations
options:
  sites:
    description: The sites, as the filter P(magmasoft.hosting.run#filter) makes them (C(on_host)).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The domain, in A-labels.
        type: str
        required: true
      customer:
        description: Whose site it is.
        type: str
        required: true
      state:
        description:
          - V(suspended) shows a notice with the status 503, ends what runs of PHP, and leaves everything else as it is.
          - V(absent) takes the site out of service; files, logs and certificate stay, unless O(purge=true).
        type: str
        choices: [present, suspended, absent]
        default: present
      managed:
        description: With V(false) nothing is ever changed, only reported.
        type: bool
        default: true
      kind:
        description: V(static) serves files, V(php) runs scripts as well.
        type: str
        choices: [static, php]
        default: static
      aliases:
        description: Further domains that show the same site.
        type: list
        elements: str
        default: []
      log:
        description: Whether the site has logs of its own, or its lines stand in those that sites share.
        type: str
        choices: [shared, own]
        default: shared
      databases:
        description:
          - Databases of the customer whose credentials the site is given.
          - They lie in C(private/databases.json), and as a PHP program that returns them in C(private/databases.php).
        type: list
        elements: str
        default: []
      language:
        description: Language of the notice that a suspended site shows, and of its statistics.
        type: str
        choices: [de, en, it, es]
        default: en
      root:
        description: Where a site lies that is not managed.
        type: path
  users:
    description:
      - The system user of each customer, as M(magmasoft.hosting.customer_account) returns them.
      - A site whose customer is missing here is refused.
      - Users named C(hc-) and the customer are made by the module. Others must exist, and are never changed.
    type: dict
    default: {}
  database_passwords:
    description:
      - Passwords of databases that were just made, name of the database to password.
      - Of a database that is missing here the site keeps the password it has.
    type: dict
    default: {}
  database_host:
    description: Where the databases are, as the sites see it.
    type: str
    default: localhost
  certificates:
    description: Where certificates come from.
    type: dict
    default: {}
    suboptions:
      source:
        description:
          - With V(local), this host signs one for each site, for 825 days, anew when 30 are left.
          - With V(acme), a site gets a stand-in that nobody has signed. C(hosting-certificates.service) of the role
            P(magmasoft.hosting.web#role) replaces it as soon as an authority has certified its names, for which the
            module does not wait.
        type: str
        choices: [local, acme]
        default: local
      ca_certificate:
        description:
          - The certificate to sign with.
          - Unless it is its own authority, it stands in the certificate files of the sites as well.
        type: path
        default: /etc/hosting/certificates/issuing.crt
      ca_key:
        description: Its key.
        type: path
        default: /etc/hosting/certificates/issuing.key
  certificates_directory:
    description: Where the certificates of the sites are kept, one directory for each, readable by root alone.
    type: path
    default: /etc/hosting/certificates/sites
  web_root:
    description: Where the customers' trees lie. It must exist and belong to root.
    type: path
    default: /srv/www
  log_directory:
    description: Where sites have logs of their own. It must exist and belong to root.
    type: path
    default: /var/log/hosting/web
  state_directory:
    description: Where the generations of the configuration are.
    type: path
    default: /var/lib/hosting/web
  templates:
    description: Where the templates are that virtual hosts, pools and notices are rendered from.
    type: path
    default: /etc/hosting/web/templates
  socket_directory:
    description: Where PHP-FPM makes its sockets.
    type: path
    default: /run/hosting-php
  web_user:
    description: The user that Apache runs as.
    type: str
    default: www-data
  php_version:
    description: The version of PHP-FPM. The default is the newest that the host has.
    type: str
  php:
    description: Limits of the pools, for all sites alike.
    type: dict
    default: {}
    suboptions:
      processes:
        description: Processes of a site at once.
        type: int
        default: 5
      idle_seconds:
        description: After how long an idle process ends.
        type: int
        default: 20
      requests:
        description: After how many requests a process is replaced.
        type: int
        default: 500
      memory_mb:
        description: Memory of one script.
        type: int
        default: 256
      seconds:
        description: How long a script may compute. Scripts that wait are ended after twice that time.
        type: int
        default: 60
      input_variables:
        description: Fields that a form may have.
        type: int
        default: 3000
      open_basedir:
        description: Directories beyond its own that every site may read, programs of the distribution for example.
        type: list
        elements: path
        default: []
      sendmail:
        description: Program that sends what scripts hand to C(mail()). Without it they can't send mail that way.
        type: path
  sentinel_port:
    description: Port on the loopback address where the daemons tell which generation they serve.
    type: int
    default: 8079
  purge:
    description:
      - Whether O(sites[].state=absent) removes files, logs and certificate as well.
      - With the last site of a customer its system user is removed then, too, unless it was adopted.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: A site with PHP and one without
  magmasoft.hosting.site:
    sites:
      - name: alpenverein.example
        customer: alpenverein
        kind: php
        log: own
        aliases: [www.alpenverein.example]
        databases: [alpenverein-web]
      - name: huette.example
        customer: alpenverein
    users:
      alpenverein: {user: hc-alpenverein, uid: 20000, web_gid: 30000}
    database_passwords: "{{ lookup('magmasoft.hosting.pending_passwords', 'database', directory=hosting_letters_dir) }}"

- name: A site that shows a notice until its owner has paid
  magmasoft.hosting.site:
    sites:
      - name: alpenverein.example
        customer: alpenverein
        kind: php
        log: own
        language: de
        state: suspended

- name: A site that is erased with its files
  magmasoft.hosting.site:
    purge: true
    sites:
      - name: huette.example
        customer: alpenverein
        state: absent
"""

RETURN = r"""
results:
  description: What was done, or in check mode would be, without the unchanged.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: Always V(site).
      type: str
    name:
      description: The domain.
      type: str
    customer:
      description: Whose it is.
      type: str
    action:
      description: One of V(create), V(change), V(suspend), V(resume), V(remove).
      type: str
    fields:
      description:
        - What differs, of C(aliases), C(certificate), C(configuration), C(credentials), C(databases), C(directories),
          C(kind), C(language), C(log), C(user), and with O(purge=true) C(files), C(logs) and C(mark).
        - C(configuration) differs where a template or an option was changed, or a file by somebody else.
      type: list
      elements: str
    status:
      description: One of V(planned), V(done), V(failed), V(skipped).
      type: str
    error:
      description: With V(failed), the error as C(code), C(message) and C(remedy).
      type: dict
  sample:
    - kind: site
      name: alpenverein.example
      customer: alpenverein
      action: change
      fields: [aliases, certificate]
      status: done
      error: null
unmanaged:
  description: Sites with O(sites[].managed=false), which need work by hand.
  returned: always
  type: list
  elements: dict
  sample:
    - {kind: site, name: verein.example, customer: alpenverein, found: "yes"}
orphans:
  description: What carries our mark and is not in the register of its customer.
  returned: always
  type: list
  elements: dict
  sample:
    - {kind: site, name: test.example, customer: alpenverein}
certificates:
  description:
    - Names that the authority refuses to certify, so that visitors of the site are warned when they use them.
    - What concerns all sites has no C(site).
    - Only with O(certificates.source=acme). The module does not fail for them, since the cause is seldom on this host.
  returned: always
  type: list
  elements: dict
  sample:
    - site: alpenverein.example
      name: old-name.example
      customer: alpenverein
      reason: >-
        no valid A records found for old-name.example; refused since 2026-11-30 06:12 UTC, tried again after
        2026-11-30 09:40 UTC
counts:
  description: How many sites were unchanged, done, planned, failed, skipped or, with a daemon down, unknown.
  returned: always
  type: dict
  sample: {unchanged: 999, done: 1}
error:
  description: Why the run as a whole could not go on, as C(code), C(message) and C(remedy). Null if it could.
  returned: always
  type: dict
"""

import gc

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()

from collections.abc import Iterable
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.incarnations import NameKind
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import (
    NOT_OF_THE_MODULE,
    Site,
    item_of,
    spec_of,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import COMMON, INCARNATIONS
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import (
    Batch,
    scope_of,
    with_incarnations,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.run import run_module
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site.parts import make_service
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.site.service import SiteService

_SITE = {name: option for name, option in spec_of(Site).items() if name not in NOT_OF_THE_MODULE}
_CERTIFICATES = {
    "source": {"type": "str", "choices": ["local", "acme"], "default": "local"},
    "ca_certificate": {"type": "path", "default": "/etc/hosting/certificates/issuing.crt"},
    "ca_key": {"type": "path", "default": "/etc/hosting/certificates/issuing.key", "no_log": False},
}
_PHP = {
    "processes": {"type": "int", "default": 5},
    "idle_seconds": {"type": "int", "default": 20},
    "requests": {"type": "int", "default": 500},
    "memory_mb": {"type": "int", "default": 256},
    "seconds": {"type": "int", "default": 60},
    "input_variables": {"type": "int", "default": 3000},
    "open_basedir": {"type": "list", "elements": "path", "default": []},
    "sendmail": {"type": "path"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **COMMON,
            **INCARNATIONS,
            "sites": {"type": "list", "elements": "dict", "required": True},
            "users": {"type": "dict", "default": {}},
            "database_passwords": {"type": "dict", "default": {}, "no_log": True},
            "database_host": {"type": "str", "default": "localhost"},
            "certificates": {"type": "dict", "default": {}, "options": _CERTIFICATES},
            "certificates_directory": {"type": "path", "default": "/etc/hosting/certificates/sites"},
            "web_root": {"type": "path", "default": "/srv/www"},
            "log_directory": {"type": "path", "default": "/var/log/hosting/web"},
            "state_directory": {"type": "path", "default": "/var/lib/hosting/web"},
            "templates": {"type": "path", "default": "/etc/hosting/web/templates"},
            "socket_directory": {"type": "path", "default": "/run/hosting-php"},
            "web_user": {"type": "str", "default": "www-data"},
            "php_version": {"type": "str"},
            "php": {"type": "dict", "default": {}, "options": _PHP},
            "sentinel_port": {"type": "int", "default": 8079},
            "purge": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    services: list[SiteService] = []
    run_module(
        module,
        lambda: _batches(module.params, services, check_mode=module.check_mode),
        lock="web",
        extra=lambda: {"certificates": [told for service in services for told in service.uncertified()]},
    )


def _batches(params: dict[str, Any], services: list[SiteService], *, check_mode: bool) -> Iterable[Batch]:
    sites = [item_of(Site, item) for item in read_items("sites", params["sites"], _SITE)]
    service = make_service(params, sites, check_mode=check_mode)
    services.append(service)
    wanted = with_incarnations(service.wanted(), params["incarnations"], NameKind.SITE)
    return [Batch(service, wanted, scope_of(params))]


if __name__ == "__main__":
    main()
