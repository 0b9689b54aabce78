"""The published site: one folder for each version, the list that the pages choose from, and a way to the newest."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

_START = """\
<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=latest/">
<a href="latest/">latest</a>
"""


def add_version(built: Path, published: Path, tag: str) -> None:
    """Put a built site into the published one, as the version of a tag `vVERSION`; `latest` is the newest release.

    Raises: ValueError for another form of tag.
    """
    if not re.fullmatch(r"v\d+\.\d+\.\d+((a|b|rc)\d+)?", tag):
        raise ValueError(f"the tag {tag!r} is not like v1.2.3")
    version = tag[1:]
    _replace(built, published / version)
    found = [path.name for path in published.iterdir() if re.fullmatch(r"\d+\.\d+\.\d+\w*", path.name)]
    found.sort(key=_order, reverse=True)
    # A version that is not final is the newest one only where there is no other.
    newest = next((each for each in found if each.replace(".", "").isdigit()), found[0])
    _replace(published / newest, published / "latest")
    entries = [{"version": each, "title": each, "aliases": ["latest"] if each == newest else []} for each in found]
    (published / "versions.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    (published / "index.html").write_text(_START, encoding="utf-8")
    (published / ".nojekyll").touch()


def _replace(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _order(version: str) -> tuple[list[int], str]:
    numbers, kind = re.fullmatch(r"([\d.]+?)((?:a|b|rc)\d+)?", version).groups()  # type: ignore[union-attr]
    return [int(number) for number in numbers.split(".")], kind or "z"
