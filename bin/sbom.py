"""The packages of requirements.txt with versions and hashes, as CycloneDX 1.6 in build/sbom.json."""

import json
import re
from pathlib import Path

pins, name = [], ""
for line in Path("requirements.txt").read_text().splitlines():
    if found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", line):
        name, version = found.groups()
        pins.append({"type": "library", "name": name, "version": version,
                     "purl": f"pkg:pypi/{name.lower()}@{version}", "hashes": []})
    elif found := re.search(r"--hash=sha256:([0-9a-f]{64})", line):
        pins[-1]["hashes"].append({"alg": "SHA-256", "content": found[1]})
told = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": pins}
Path("build").mkdir(exist_ok=True)
Path("build/sbom.json").write_text(json.dumps(told, indent=1))
print(f"build/sbom.json: {len(pins)} packages")
