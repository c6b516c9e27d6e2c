# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links to bags and their letters, on the controller. The documentation is that of the module of the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import names
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import (
    HostingError,
    ItemRefused,
    as_hosting_error,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.download_letter import (
    DownloadLetter,
    download_page,
    download_text,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.links import (
    LinkStore,
    drop_links,
    make_link,
    open_links,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import read_customers
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import Page
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import open_store

Result = dict[str, Any]

ARGUMENT_SPEC: Mapping[str, Any] = {
    "state": {"type": "str", "required": True, "choices": ["pending", "complete", "withdrawn"]},
    "directory": {"type": "path", "required": True},
    "customer": {"type": "str", "required": True},
    "bag": {"type": "str"},
    "seal": {"type": "str"},
    "days": {"type": "int"},
    "customers": {"type": "list", "elements": "dict", "default": []},
    "provider": {"type": "str", "default": ""},
    "ask": {"type": "str", "default": ""},
    "host_name": {"type": "str"},
    "file": {"type": "str"},
    "bytes": {"type": "int"},
    "sha256": {"type": "str"},
}
REQUIRED_IF = [
    ("state", "pending", ["bag", "seal"]),
    ("state", "complete", ["bag", "seal", "host_name", "file", "bytes", "sha256"]),
]


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core publishes no types
    """Makes links, writes their letters, forgets them."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        """Run the task."""
        result: Result = super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(dict(ARGUMENT_SPEC), required_if=REQUIRED_IF)
        write = not self._task.check_mode
        try:
            names.require_customer(options["customer"])
            with open_store(options["directory"], writing=write) as store, open_links(store, writing=write) as links:
                result.update(_STATES[options["state"]](links, options, write))
        except (HostingError, OSError) as error:
            problem = as_hosting_error(error)
            result.update(changed=False, failed=True, msg=str(problem), error=problem.report())
        return result


def _pending(links: LinkStore, options: Mapping[str, Any], write: bool) -> Result:
    link, changed = make_link(
        links,
        options["customer"],
        (options["bag"], options["seal"]),
        options["days"],
        now=datetime.now(UTC),
        write=write,
    )
    return {"changed": changed, "digest": link.digest, "until": link.until, "msg": f"valid until {link.until}"}


def _complete(links: LinkStore, options: Mapping[str, Any], write: bool) -> Result:
    customer, bag = options["customer"], (options["bag"], options["seal"])
    letter = links.letter_path(customer, options["bag"])
    link = next((link for link in links.links(customer) if (link.bag, link.seal) == bag), None)
    if link is None:
        if not write:
            # check mode has made none
            return {"changed": True, "letter": letter, "msg": f"the letter would be {letter}"}
        raise ItemRefused(f"there is no link to {options['bag']}", remedy="run the playbook export as a whole")
    addressee = read_customers(options["customers"]).get(customer)
    if addressee is None:
        raise ItemRefused(f"customers: {customer} is not among them", remedy="give the customer of the letter")
    content = DownloadLetter(
        customer=addressee,
        page=Page(options["provider"]),
        url=f"https://{options['host_name']}/{link.token}/{options['file']}",
        until=link.last_day,
        file=options["file"],
        size=options["bytes"],
        sha256=options["sha256"],
        ask=options["ask"],
    )
    forms = {".html": download_page(content), ".txt": download_text(content)}
    changed = [links.write_letter(customer, link.bag, suffix, text, write=write) for suffix, text in forms.items()]
    return {"changed": any(changed), "letter": letter, "msg": f"the letter is {letter}"}


def _withdrawn(links: LinkStore, options: Mapping[str, Any], write: bool) -> Result:
    dropped = drop_links(links, options["customer"], options["bag"], write=write)
    return {"changed": bool(dropped), "bags": dropped, "msg": f"links forgotten: {len(dropped)}"}


_STATES: Mapping[str, Callable[[LinkStore, Mapping[str, Any], bool], Result]] = {
    "pending": _pending,
    "complete": _complete,
    "withdrawn": _withdrawn,
}
