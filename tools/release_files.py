"""The files of a release, as the workflow publishes them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tools import plugin_archive

CHECKOUT = Path(__file__).resolve().parents[1]
SCHEMA = CHECKOUT / "provider" / "pulumi_flowservice" / "plugin" / "schema.json"


def pinned(requirements: Path) -> dict[str, frozenset[str]]:
    """Return the hashes (`sha256:…`) of each line `name==version`, with its marker, of a file of requirements."""
    entries = re.split(r"^(?=\S+==)", requirements.read_text(encoding="utf-8"), flags=re.M)
    found = {entry.partition("\\")[0].strip(): frozenset(re.findall(r"sha256:\w+", entry)) for entry in entries}
    return {line: hashes for line, hashes in found.items() if "==" in line}


def bill_of_materials(version: str, requirements: Path) -> str:
    """Return what the plugin is made of, as CycloneDX in JSON: the same text for the same requirements."""
    bom = Bom(components=[_component(line, hashes) for line, hashes in pinned(requirements).items()])
    bom.metadata.component = Component(
        name="pulumi-flowservice",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref="pulumi-flowservice",
        purl=_purl("pulumi-flowservice", version),
    )
    bom.register_dependency(bom.metadata.component, bom.components)
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    # A number and a time of their own in each file would tell nothing but that it was written again.
    del document["serialNumber"], document["metadata"]["timestamp"]
    return json.dumps(document, indent=2) + "\n"


def _component(line: str, hashes: frozenset[str]) -> Component:
    name, _, version = line.partition(" ")[0].partition("==")
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{name}=={version}",
        purl=_purl(name, version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each.partition(":")[2]) for each in sorted(hashes)],
    )


def _purl(name: str, version: str) -> PackageURL:
    return PackageURL(type="pypi", name=name, version=version)


def notes(version: str, changelog: str) -> str:
    """Return what the changelog says of a version, or of what is not released yet. Pure."""
    parts = re.split(r"^## (.*)\n", changelog, flags=re.M)
    by_heading = dict(zip(parts[1::2], parts[2::2], strict=True))
    own = [text for heading, text in by_heading.items() if heading.split(" ")[0] == version]
    return (own or [by_heading.get("Not released", "")])[0].strip() + "\n"


def collect(target: Path, version: str, wheels: tuple[Path, ...]) -> None:
    """Put what is released into a folder: distributions, archives, schema, bill of materials, notes, checksums.

    The first wheel is the provider's. The archive has one name for each system, and always the same bytes.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for each in (file for wheel in wheels for file in wheel.parent.iterdir()):
        shutil.copy(each, target)
    for system in plugin_archive.SYSTEMS:
        (target / plugin_archive.name(version, system)).write_bytes(plugin_archive.pack(wheels[0]))
    shutil.copy(SCHEMA, target)
    requirements = CHECKOUT / "provider" / "requirements.txt"
    (target / "sbom.cdx.json").write_text(bill_of_materials(version, requirements), encoding="utf-8")
    (target / "NOTES.md").write_text(notes(version, (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")))
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(target.iterdir())]
    (target / "SHA256SUMS").write_text("".join(lines))
    print(f"What is released is in {target.relative_to(target.parents[1])}.")
