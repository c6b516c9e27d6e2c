# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jinja2: the only place that imports it, and only when something has to be rendered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .._core.errors import HostingError, ItemRefused, ServiceUnavailable


class Templates:
    """The templates of a directory; each is compiled once."""

    def __init__(self, directory: str, filters: Mapping[str, Callable[..., Any]]) -> None:
        self._directory = Path(directory)
        self._filters = filters
        self._environment: Any = None

    def digest(self) -> str:
        """Return a digest of all templates of items, whose change makes items be rendered anew."""
        digest = hashlib.sha256()
        try:
            for path in sorted(self._directory.glob("*.j2")):
                if not path.name.startswith("sentinel."):
                    digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
                    digest.update(path.read_bytes())
        except OSError as error:
            raise ServiceUnavailable(
                f"{error.filename}: {error.strerror}", remedy="see to the rights, then run again"
            ) from error
        return digest.hexdigest()

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """Return a rendered template. Raises ItemRefused where that fails, naming template, line and reason."""
        environment = self._load()
        try:
            return str(environment.get_template(name).render(context))
        except HostingError:
            raise
        except Exception as error:  # noqa: BLE001 - templates are programs of the operator: anything may be raised
            line = getattr(error, "lineno", None) or self._line(error)
            where = f"{self._directory}/{name}" + (f" line {line}" if line else "")
            raise ItemRefused(
                f"{where}: {type(error).__name__}: {error}"[:500],
                remedy="correct the template, then run again",
                code="template-error",
            ) from None

    def _load(self) -> Any:
        if self._environment is not None:
            return self._environment
        try:
            import jinja2
        except ImportError as error:
            raise ServiceUnavailable(
                f"python3-jinja2 can't be used on this host: {error}", remedy="install it: run the playbook servers"
            ) from error
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self._directory),
            undefined=jinja2.StrictUndefined,
            autoescape=jinja2.select_autoescape(["html.j2"], default=False),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters.update(self._filters)
        return self._environment

    def _line(self, error: Exception) -> int | None:
        """Return the line of the template in which an error was raised: the last of our files in the traceback."""
        line = None
        frame = error.__traceback__
        while frame is not None:
            if frame.tb_frame.f_code.co_filename.startswith(f"{self._directory}/"):
                line = frame.tb_lineno
            frame = frame.tb_next
        return line
