"""A package's source tree: its modules, what they import from each other, and the layers that they are in."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@cache
def parsed(source: Path) -> ast.Module:
    """The syntax tree of a module; several tests read each."""
    return ast.parse(source.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class SourceTree:
    """A package.

    `layers`: its folders and modules, lowest first; each imports from its own line and from the lines above it.
    """

    package: Path
    layers: tuple[tuple[str, ...], ...]

    @property
    def sources(self) -> list[Path]:
        """All its files."""
        return sorted(self.package.rglob("*.py"))

    def name(self, source: Path) -> str:
        """The name below the package, such as `api.client`; of a folder's `__init__`, the folder's."""
        return ".".join(source.relative_to(self.package).with_suffix("").parts).removesuffix(".__init__")

    def imports(self, source: Path) -> set[str]:
        """The modules of the package that a module imports, anywhere in it and also for types only, by their names."""
        folder = source.relative_to(self.package).parent.parts
        found: set[str] = set()
        for node in ast.walk(parsed(source)):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = ".".join((*folder[: len(folder) - node.level + 1], *([node.module] if node.module else [])))
                for alias in node.names:
                    inner = f"{base}.{alias.name}".strip(".")
                    path = self.package / inner.replace(".", "/")
                    found.add(inner if path.with_suffix(".py").exists() or path.is_dir() else base)
        return found

    def layer(self, module: str) -> int:
        """The number of the layer that a module is in."""
        return next(depth for depth, names in enumerate(self.layers) if module.partition(".")[0] in names)

    def imports_from_above(self, source: Path) -> set[str]:
        """The modules of higher layers that a module imports."""
        depth = self.layer(self.name(source))
        return {module for module in self.imports(source) if self.layer(module) > depth}
