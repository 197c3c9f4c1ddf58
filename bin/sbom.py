"""What we ship, as build/sbom.json (CycloneDX 1.6): Python packages and the pages' libraries."""

import json
import re
from pathlib import Path

TARGET = Path("build/sbom.json")


def packages() -> list[dict[str, object]]:
    """From PyPI, with their hashes."""
    found: list[dict[str, object]] = []
    for pin in re.split(r"\n(?=\S)", Path("requirements.txt").read_text()):
        named = re.match(r"([\w.-]+)(?:\[[^]]*\])?==(\S+)", pin)
        if named:
            name, version = named.groups()
            sums = re.findall(r"sha256:([0-9a-f]{64})", pin)
            hashes = [{"alg": "SHA-256", "content": each} for each in sums]
            found.append(component(name, version, f"pkg:pypi/{name.lower()}@{version}", hashes))
    return found


def libraries() -> list[dict[str, object]]:
    """From npm, as bin/vendor.py names them; axe-core is only for tests."""
    pins = re.findall(r'"(@?[\w./-]+)@([\d.]+)": \{', Path("bin/vendor.py").read_text())
    return [
        component(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}", [])
        for name, version in pins
        if name != "axe-core"
    ]


def component(name: str, version: str, purl: str, hashes: list[dict[str, str]]) -> dict[str, object]:
    told = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    return {**told, "hashes": hashes}


if __name__ == "__main__":
    shipped = [*packages(), *libraries()]
    TARGET.parent.mkdir(exist_ok=True)
    told = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": shipped}
    TARGET.write_text(json.dumps(told, indent=1))
    print(f"{TARGET}: {len(shipped)} components")
