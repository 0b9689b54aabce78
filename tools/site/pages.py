"""The pages as the site has them: without those for Pulumi's registry, and with links to the repository's files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

_REGISTRY = ("_index.md", "installation-configuration.md")
# A fenced block, code in a line, or a link.
_PARTS = re.compile(r"^```.*?^```|`[^`\n]*`|(?<=\]\()[^)\s]+(?=\))", re.S | re.M)


def copy_pages(docs: Path, target: Path, files: str) -> None:
    """Copy the folder of pages and pictures; a link that leaves it becomes one below the address of the files."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(docs, target, ignore=shutil.ignore_patterns(*_REGISTRY))
    for page in target.rglob("*.md"):
        original = docs / page.relative_to(target)
        page.write_text(_relinked(original, docs, files), encoding="utf-8")


def _relinked(page: Path, docs: Path, files: str) -> str:
    def link(found: re.Match[str]) -> str:
        path, separator, anchor = found[0].partition("#")
        if found[0].startswith("`") or not path or ":" in path:
            return found[0]
        target = (page.parent / path).resolve()
        if target.is_relative_to(docs.resolve()) and target.name not in _REGISTRY:
            return found[0]
        return f"{files}/{target.relative_to(docs.resolve().parent)}{separator}{anchor}"

    return _PARTS.sub(link, page.read_text(encoding="utf-8"))
