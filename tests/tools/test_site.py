"""The site of the documentation: built without a warning, without a dead end, and published by version."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.site.__main__ import build
from tools.site.check import problems
from tools.site.pages import copy_pages
from tools.site.versions import add_version

ROOT = Path(__file__).parents[2]
FILES = "https://git.example.com/data/pulumi-flowservice/blob/v1.0.0"


@pytest.mark.long
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """No dead link, no missing anchor, and nothing that a browser loads from another host."""
    assert build(ROOT / "docs", tmp_path, FILES) == []

    found = json.loads((tmp_path / "site" / "search.json").read_text(encoding="utf-8"))
    assert "FS3002" in json.dumps(found)


def test_the_menu_has_every_page() -> None:
    """A page that no menu shows is found by its links only."""
    menu = re.findall(r'"([\w/-]+\.md)"', (ROOT / "tools" / "site" / "zensical.toml").read_text(encoding="utf-8"))
    docs = ROOT / "docs"
    pages = {str(page.relative_to(docs)) for page in docs.rglob("*.md")} - {
        "_index.md",
        "installation-configuration.md",
    }

    assert sorted(menu) == sorted(pages)


@pytest.mark.long
@pytest.mark.parametrize("link", ["gone.md", "#gone", "README.md#gone"])
def test_a_dead_link_is_told(tmp_path: Path, link: str) -> None:
    """By the generator's own words, with its place."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "README.md").write_text(f"# Here\n\n[there]({link})\n")
    (docs / "logo.svg").write_text("<svg/>")

    [told] = build(docs, tmp_path / "built", FILES)

    assert "README.md:3" in told and "does not exist" in told and "Traceback" not in told


def test_the_built_pages_are_checked(tmp_path: Path) -> None:
    """A page, an anchor or a picture that is not there; a font of another host. A link to another host is fine."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text('<h2 id="b">B</h2><a href="https://example.com/">there</a>')
    (tmp_path / "index.html").write_text(
        '<a href="a/#b"></a><a href="a/#c"></a><a href="gone/"></a><img src="gone.svg">'
        '<link rel="stylesheet" href="https://fonts.example.com/a.css">'
    )

    assert list(problems(tmp_path)) == [
        "index.html: a/#c has no such anchor",
        "index.html: gone/ does not exist",
        "index.html: gone.svg does not exist",
        "index.html: https://fonts.example.com/a.css is loaded from another host",
    ]


def test_a_link_out_of_the_pages_leads_to_the_repository(tmp_path: Path) -> None:
    """To a file or a folder there; code, pages and other hosts stay as they are, and the registry's pages stay out."""
    docs = tmp_path / "docs"
    (docs / "how-to").mkdir(parents=True)
    (tmp_path / "examples").mkdir()
    (docs / "_index.md").write_text("---\ntitle: registry\n---\n")
    (docs / "how-to" / "a.md").write_text(
        "[a](../../examples) [b](../../SECURITY.md#report) [c](a.md#x) [d](https://example.com) `[e](../../f)`\n"
    )

    copy_pages(docs, tmp_path / "copy", FILES)

    assert sorted(path.name for path in (tmp_path / "copy").rglob("*.md")) == ["a.md"]
    assert (tmp_path / "copy" / "how-to" / "a.md").read_text() == (
        f"[a]({FILES}/examples) [b]({FILES}/SECURITY.md#report) [c](a.md#x) [d](https://example.com) `[e](../../f)`\n"
    )


def test_versions_are_published_beside_each_other(tmp_path: Path) -> None:
    """The newest release is `latest`, whichever came last; a candidate is not, and a version can be published again."""
    built, published = tmp_path / "built", tmp_path / "published"
    built.mkdir()
    for tag in ("v1.9.0", "v1.10.0", "v1.2.1", "v2.0.0rc1", "v1.10.0"):
        (built / "index.html").write_text(tag)
        add_version(built, published, tag)

    listed = json.loads((published / "versions.json").read_text())
    assert [each["version"] for each in listed] == ["2.0.0rc1", "1.10.0", "1.9.0", "1.2.1"]
    assert [each["version"] for each in listed if each["aliases"]] == ["1.10.0"]
    assert (published / "latest" / "index.html").read_text() == "v1.10.0"
    assert "latest/" in (published / "index.html").read_text()


@pytest.mark.parametrize("tag", ["main", "v1", "1.0.0", "v1.0.0/../x"])
def test_another_tag_is_no_version(tmp_path: Path, tag: str) -> None:
    """It would become the name of a folder."""
    with pytest.raises(ValueError, match="not like v1"):
        add_version(tmp_path, tmp_path / "published", tag)
