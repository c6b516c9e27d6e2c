# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loaded by every Python of root on a host of the lab: keeps what it compiles of modules in archives.

Ansible sends the sources of a module in an archive, each time it runs one, and Python compiles all of them anew: 40 %
of the processor time of most runs, and a quarter of that of all checks. Here it is done once for each source. Nothing
else differs from a server's Python; hosts of the benchmark do without.
"""

from __future__ import annotations

import _imp
import marshal
import os
import sys
import zipimport
from types import CodeType

PLACE = f"/var/cache/hosting-lab/{sys.implementation.cache_tag}"
_compile = zipimport._compile_source  # type: ignore[attr-defined]


def _compiled(path: str, source: bytes) -> CodeType:
    """Return the code of a module; ``path`` is where it says that it comes from."""
    kept = f"{PLACE}/{_imp.source_hash(0, source).hex()}-{len(source)}"
    try:
        with open(kept, "rb") as file:
            code: CodeType = marshal.load(file)
    except (OSError, EOFError, ValueError, TypeError):
        code = _compile(path, source)
        new = f"{kept}.{os.getpid()}"
        try:
            with open(new, "wb") as file:
                marshal.dump(code, file)
            os.rename(new, kept)
        except OSError:
            pass
    else:
        _imp._fix_co_filename(code, path)  # type: ignore[attr-defined]
    return code


if os.geteuid() == 0 and os.path.isdir(PLACE):
    zipimport._compile_source = _compiled  # type: ignore[attr-defined]
