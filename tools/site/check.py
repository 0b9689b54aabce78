"""What is wrong with the built site: links that lead nowhere, and what a browser would load from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser loads by itself; a link is followed by a person only.
_LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
_KEPT_LINKS = ("stylesheet", "icon", "preload", "modulepreload")


class _Page(HTMLParser):
    """The anchors of a page, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors.update(values[name] for name in ("id", "name") if name in values)
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in _LOADED and _LOADED[tag] in values and (tag != "link" or values.get("rel") in _KEPT_LINKS):
            self.loaded.append(values[_LOADED[tag]])


def problems(site: Path) -> Iterator[str]:
    """Yield `page: what` for each problem of the pages below a folder."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(site)
        for address in page.links + page.loaded:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.loaded:
                    yield f"{name}: {address} is loaded from another host"
            elif path.name != "404.html":  # Its links begin at the root, wherever that is.
                yield from (f"{name}: {address} {what}" for what in _wrong(path, parts.path, parts.fragment, pages))


def _wrong(path: Path, target: str, anchor: str, pages: dict[Path, _Page]) -> Iterator[str]:
    file = (path.parent / unquote(target)).resolve() if target else path
    file = file / "index.html" if file.is_dir() else file
    if not file.exists():
        yield "does not exist"
    elif anchor and file in pages and unquote(anchor) not in pages[file].anchors:
        yield "has no such anchor"
