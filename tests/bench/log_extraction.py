# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivers the mail log lines of customers: LOG DIRECTORY NUMBER... Tells the most memory that it took, in KiB."""

from __future__ import annotations

import gc
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

# as the module customer_export does
gc.disable()

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build" / "collections"))

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Part
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import CloudAccess, Mailbox
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.tar import TarSink
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.mail_log import MailLog

_LOCAL_PARTS = ("office", "info", "post", "anna.berger")


def selection(number: str) -> Selection:
    """Return a customer with the addresses that the log has of them."""
    addresses = [f"{local}@customer{number}.example" for local in _LOCAL_PARTS]
    boxes = tuple(Mailbox(name=one, customer=f"customer{number}", cloud=CloudAccess(), chat=True) for one in addresses)
    return Selection(f"customer{number}", (), (), boxes, (), frozenset(addresses))


def main() -> None:
    """Extract."""
    log, place, *numbers = sys.argv[1:]
    selections = [selection(number) for number in numbers]
    with ExitStack() as stack:
        parts = {}
        for one in selections:
            archive = stack.enter_context(tempfile.TemporaryFile(dir=place))
            sink = TarSink(archive.fileno())
            stack.callback(sink.close)
            parts[one.customer] = Part(sink)
        MailLog({"files": [log]}).export(selections, parts)
    for one in selections:
        delivered = parts[one.customer].exports[0]
        if delivered.error is not None or not delivered.count:
            raise SystemExit(f"{one.customer}: nothing was found: {delivered.error}")
    # not the figure of getrusage(2), which is at least that of the process that has started this one
    print(Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
