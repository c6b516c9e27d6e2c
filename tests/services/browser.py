# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as customers see them: Debian's Chromium, and what it complains of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


@contextmanager
def chromium(address: str) -> Iterator[Browser]:
    """Hold a browser open for which all names lead to one address."""
    rules = f"--host-resolver-rules=MAP * {address}"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*_OPTIONS, rules])
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
