"""`pulumi-flowservice explain CODE`: what an error or a warning means and what to do, from the page of the errors."""

from __future__ import annotations

import difflib
import re
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from importlib.resources import files

import click

from ..errors import Code, FlowServiceError
from .output import WIDEST, echo, print_json, print_table

_LINK = re.compile(r"\[([^\]]+)\]\((?:#([\w-]+)|[^)]*)\)")
_QUOTE = re.compile(r"(?<![\w*])\*(?!\s)([^*]+)(?<!\s)\*(?![\w*])")
_BEFORE_ITEM = re.compile(r"\n(?=- )")


@click.command()
@click.argument("code", required=False, shell_complete=lambda _context, _argument, typed: _beginning_with(typed))
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of text.")
def command(code: str | None, as_json: bool) -> None:
    """Explain the code of an error or a warning, such as FS3002: what it means and what to do.

    Without a code, all codes are listed.

    Exit codes: 0 done; 1 there is no such code; 2 wrong arguments.
    """
    codes, chapters = sections("###"), sections("##")
    if code is None:
        _print_list(codes, as_json=as_json)
        return
    wanted = _known(code, codes)
    text = codes[wanted]
    # What it refers to on the same page, except another code.
    named = {heading.lower().replace(" ", "-"): heading for heading in chapters}
    more = [named[anchor] for _, anchor in _LINK.findall(text) if anchor in named]
    text = "\n\n".join([text, *(f"{heading}\n\n{chapters[heading]}" for heading in dict.fromkeys(more))])
    if as_json:
        print_json({"code": wanted, "paragraphs": list(_paragraphs(text))})
        return
    echo(f"{wanted}\n")
    _print_text(text)


def sections(level: str) -> dict[str, str]:
    """Return the texts of the page by their headings of this level, such as `###`, in the order of the page."""
    page = files("pulumi_flowservice.errors").joinpath("errors.md").read_text(encoding="utf-8")
    found = re.findall(rf"^{level} (.+)\n\n((?:(?!#).*\n?)*)", page, re.M)
    return {heading: text.strip() for heading, text in found}


def _beginning_with(typed: str) -> list[str]:
    """Return the codes that a shell completes what was typed to."""
    return [code for code in sections("###") if code.startswith(typed.upper())]


def _known(code: str, codes: Mapping[str, str]) -> str:
    """Return the code as the page has it. Raises: FlowServiceError, with similar codes."""
    plain = code.strip(" .:;,").upper()
    wanted = plain if plain.startswith("FS") else f"FS{plain}"
    if wanted in codes:
        return wanted
    near = difflib.get_close_matches(wanted, codes, n=3)
    hint = f"Similar codes: {', '.join(near)}." if near else "Without a code, this command lists all."
    raise FlowServiceError(f"there is no code {code!r}", code=Code.CHOICE, remedy=hint)


def _print_list(codes: Mapping[str, str], *, as_json: bool) -> None:
    said = {code: _first_words(text) for code, text in codes.items()}
    if as_json:
        print_json(said)
    else:
        print_table("", ("code", "text"), list(said.items()), whole=("code",))


def _first_words(text: str) -> str:
    """Return what the message says, or else the first sentence."""
    first = text.partition("\n\n")[0]
    quote = _QUOTE.match(first)
    plain = quote[1] if quote else re.split(r"(?<=[.;:]) ", first.replace("\n", " "))[0]
    return _LINK.sub(r"\1", plain.replace("\n", " "))


def _print_text(text: str) -> None:
    """Print paragraphs, lists and tables of a page for a terminal, wrapped at words."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    for block in _plain(text).split("\n\n"):
        if block.startswith("|"):
            columns, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.split("\n"))
            print_table("", columns, rows)
            continue
        echo("\n".join(_wrapped(block, width)) + "\n")


def _wrapped(block: str, width: int) -> Iterator[str]:
    for line in _lines(block):
        indent = "  " if line.startswith("- ") else ""
        yield from textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False, subsequent_indent=indent)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield paragraphs, the items of lists, and the rows of tables, each as one line."""
    for block in _plain(text).split("\n\n"):
        yield from block.split("\n") if block.startswith("|") else _lines(block)


def _lines(block: str) -> Iterator[str]:
    """Yield a paragraph, or the items of a list, each as one line."""
    return (" ".join(part.split()) for part in _BEFORE_ITEM.split(block))


def _plain(text: str) -> str:
    """Return a text of the page without links, and with quotation marks where it quotes a message."""
    return _QUOTE.sub(r'"\1"', _LINK.sub(r"\1", text))
