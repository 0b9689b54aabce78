"""The pages of the documentation: made from the code where they can be, and linked without a dead end."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tools.reference_pages.pages import pages

ROOT = Path(__file__).parents[1]
PAGES = pages()
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")


def _markdown() -> list[Path]:
    """Every page of the repository, also those that are not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines()]


def _text(page: Path) -> str:
    """What is written in a page outside of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes from the headings."""
    headings = re.findall(r"^#+ (.*)$", _text(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(page: Path) -> list[str]:
    """Return the relative links of a page that lead to no file or to no heading."""
    found = []
    for link in _LINK.findall(re.sub(r"`[^`\n]*`", "", _text(page))):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not link.startswith(("https://", "mailto:")) and (
            not target.exists() or (anchor and anchor not in _anchors(target))
        ):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_reference_page_says_what_the_code_says(page: Path) -> None:
    """`make generate` writes it anew."""
    assert page.read_text(encoding="utf-8") == PAGES[page]


@pytest.mark.parametrize("page", _markdown(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file of this repository, such as a picture, and where it has an anchor, to a heading of that page."""
    assert dead_links(page) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """A file that is not there, and a heading that is not; code is no link."""
    page = tmp_path / "page.md"
    links = "[a](#a-b) [b](page.md#a-b) [c](https://example.com) [d](gone.md) [e](page.md#gone) `[f](gone.md)`"
    page.write_text(f"# A: B\n{links}\n![h](gone.svg)\n```\n[g](gone.md)\n```\n")

    assert dead_links(page) == ["gone.md", "page.md#gone", "gone.svg"]


def test_every_picture_is_shown_and_described() -> None:
    """Whoever cannot see a picture has its text, and no picture lies about unused."""
    shown = [(page.parent / path, text) for page in _markdown() for text, path in _PICTURE.findall(_text(page))]

    assert {path.name for path, text in shown if len(text.split()) < 5} == set()
    assert {path.resolve() for path, _ in shown} == set((ROOT / "docs" / "pictures").iterdir())


def test_every_test_that_a_page_names_exists() -> None:
    """A promise names the file that checks it, with or without its folder."""
    files = [f"/{path.relative_to(ROOT)}" for path in ROOT.glob("tests/**/test_*.py")]
    named = {
        name for page in _markdown() for name in re.findall(r"[\w/]*\btest_\w+\.py", page.read_text(encoding="utf-8"))
    }

    assert len(named) > 30
    assert {name for name in named if not any(file.endswith(f"/{name.strip('/')}") for file in files)} == set()


@pytest.mark.parametrize("name", ["_index.md", "installation-configuration.md"])
def test_the_pages_of_the_registry(name: str) -> None:
    """They stand on another site: no relative links and pictures; the front matter is what its checks look at."""
    text = _text(ROOT / "docs" / name)
    front = yaml.safe_load(text.split("---\n")[1])

    assert front.keys() == {"title", "meta_desc", "layout"} and front["layout"] == "package"
    assert "Adobe Experience Platform Flow Service" in front["title"]
    links = [link for link in _LINK.findall(text) if not link.startswith(("https://", "#"))]
    assert links == []
    assert "](./" not in text and ".md)" not in text


def test_the_lists_of_pages_are_complete() -> None:
    """Every page is one click away: from `docs/README.md`, the engineers' from theirs, a resource from the list."""
    docs = ROOT / "docs"
    lists = [docs / "README.md", docs / "engineering" / "README.md", docs / "reference" / "resources.md"]
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in lists for link in _LINK.findall(_text(page))}

    assert {page for page in _markdown() if page.is_relative_to(docs)} - {docs / "README.md"} - linked == set()


def _words(page: Path) -> int:
    """How many words a page has, code included; the lines of a table are none."""
    return sum(any(map(str.isalnum, word)) for word in page.read_text(encoding="utf-8").split())


def _of_users() -> list[Path]:
    """The pages that users read; the reference is looked up, and the registry shows its two pages elsewhere."""
    docs = ROOT / "docs"
    others = [docs / "engineering", docs / "reference", docs / "_index.md", docs / "installation-configuration.md"]
    return [
        page
        for page in _markdown()
        if page.is_relative_to(docs) and not any(page.is_relative_to(each) for each in others)
    ]


def test_users_read_little() -> None:
    """A page at most 1,200 words, code included, and all of them together 8,000, beside the reference."""
    words = {page.name: _words(page) for page in _of_users()}

    assert {name: count for name, count in words.items() if count > 1_200} == {}
    assert sum(words.values()) <= 8_000


@pytest.mark.parametrize(
    "page", [*_of_users(), *(ROOT / "docs" / "reference").rglob("*.md")], ids=lambda page: page.stem
)
def test_a_page_says_whom_it_is_for(page: Path) -> None:
    """In its first sentence; the list of pages is for everybody."""
    first = page.read_text(encoding="utf-8").split("\n\n")[1]

    assert page.name == "README.md" or first.startswith("For ")
