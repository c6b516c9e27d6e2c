# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that run on hosts without a controller: the module utilities as they are, in one archive.

Python imports from it as the package ``hosting`` (https://docs.python.org/3/library/zipimport.html). Of the same files
come the same bytes, so a copy changes only with them.
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


def archive() -> bytes:
    """Return the archive; ``hosting.__version__`` in it is that of the collection, and a digest of its files."""
    files = {
        f"{PACKAGE}/{path.relative_to(_UTILITIES).as_posix()}": path.read_bytes()
        for path in sorted(_UTILITIES.rglob("*.py"))
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        stamp = f'__version__ = "{_collection_version()}+{_digest(files)}"\n'
        # from an archive Python imports packages with such a file only
        packages = {f"{PurePath(name).parent}/__init__.py": b"" for name in files}
        for name, content in {**packages, **files, f"{PACKAGE}/__init__.py": stamp.encode()}.items():
            out.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
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
