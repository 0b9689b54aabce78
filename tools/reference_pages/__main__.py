"""Write all pages anew: python -m tools.reference_pages."""

from __future__ import annotations

from tools.reference_pages.pages import pages

if __name__ == "__main__":
    for page, text in pages().items():
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")
