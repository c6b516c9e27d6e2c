# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as customers see them: Debian's Chromium, and what it complains of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


@contextmanager
def chromium(host: Host | None = None) -> Iterator[Browser]:
    """Hold a browser open for which all names lead to one host, or nowhere.

    Chromium gives up a load when an interface of the machine comes or goes, as they do with the hosts of other tests
    (ERR_NETWORK_CHANGED). So it runs in the network of the host, which root may enter and where this is not seen.
    """
    rules = f"--host-resolver-rules=MAP * {host.address if host else '~NOTFOUND'}"
    with sync_playwright() as playwright, TemporaryDirectory() as place:
        program = Path(place, "chromium")
        enter = f"nsenter --net=/proc/{host.process()}/ns/net" if host and os.geteuid() == 0 else ""
        program.write_text(f'#!/bin/sh\nexec {enter} /usr/bin/chromium "$@"\n', "utf-8")
        program.chmod(0o700)
        found = playwright.chromium.launch(executable_path=program, args=[*_OPTIONS, rules])
        try:
            yield found
        finally:
            found.close()


@contextmanager
def page_for(
    browser: Browser, user: str | None, password: str, *, width: int = 1100
) -> Iterator[tuple[Page, list[str]]]:
    """Hold a page open for somebody, and the list of what the browser complains of."""
    login: Any = {"username": user, "password": password} if user is not None else None
    context = browser.new_context(
        ignore_https_errors=True, http_credentials=login, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_complaint(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page, said
    finally:
        context.close()


def _is_complaint(message: ConsoleMessage) -> bool:
    """Tell whether the browser complains of more than a font that GoAccess' reports name and do not need."""
    return message.type == "error" and "glyphicons-halflings" not in message.text
