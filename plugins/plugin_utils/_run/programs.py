# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that run on hosts without a controller, each package in one archive.

The module utilities are the package ``hosting``, as they are. Python imports from the archive
(https://docs.python.org/3/library/zipimport.html). Of the same files come the same bytes, so a copy changes only with
them.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Final

from ...module_utils._core import names

PACKAGE: Final = "hosting"
_UTILITIES: Final = Path(names.__file__).parents[1]
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_VERSION: Final = re.compile(r"^version: *(\S+)$", re.MULTILINE)
_DIGITS: Final = 12
# Programs, and the templates of their pages.
_SUFFIXES: Final = frozenset({".py", ".j2"})


def archive(package: Path | None = None) -> bytes:
    """Return the archive of a package, without one that of the module utilities, as ``hosting``.

    ``__version__`` of the package is that of the collection, and a digest of its files.
    """
    name, root = (PACKAGE, _UTILITIES) if package is None else (package.name, package)
    files = {
        f"{name}/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix in _SUFFIXES
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        stamp = f'__version__ = "{_collection_version()}+{_digest(files)}"\n'
        # from an archive Python imports packages with such a file only
        packages = {f"{PurePath(path).parent}/__init__.py": b"" for path in files if path.endswith(".py")}
        for path, content in {**packages, **files, f"{name}/__init__.py": stamp.encode()}.items():
            out.writestr(zipfile.ZipInfo(path, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:_DIGITS]


def _collection_version() -> str:
    """Return the version as the installed collection says, or as its source does."""
    root = _UTILITIES.parents[1]
    installed = root / "MANIFEST.json"
    if installed.exists():
        return str(json.loads(installed.read_text("utf-8"))["collection_info"]["version"])
    found = _VERSION.search((root / "galaxy.yml").read_text("utf-8"))
    return found[1] if found else "0"
