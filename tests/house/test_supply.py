"""What we install and ship: pinned by hash, listed, audited; and an audit that could not look says so."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def pins(name: str) -> dict[str, str]:
    """package -> everything that is said of it."""
    parts = re.split(r"\n(?=\S)", (ROOT / name).read_text())
    return {found[1].lower(): part for part in parts if (found := re.match(r"([\w.-]+)(?:\[[^]]*\])?==", part))}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    for package, said in pins(name).items():
        assert "--hash=sha256:" in said, package
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in " #"]
    assert len(lines) == len(pins(name))


def test_what_is_asked_for_is_pinned() -> None:
    asked = re.findall(r"^([\w.-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    assert {name.lower().replace("_", "-") for name in asked} <= set(pins("requirements.txt"))


def test_the_bill_of_materials_lists_everything_that_is_shipped(tmp_path: Path) -> None:
    for name in ("requirements.txt", "bin/vendor.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text())
    subprocess.run([sys.executable, ROOT / "bin" / "sbom.py"], cwd=tmp_path, check=True, capture_output=True)
    told = json.loads((tmp_path / "build" / "sbom.json").read_text())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    named = {each["name"].lower(): each for each in told["components"]}
    assert set(pins("requirements.txt")) <= set(named)
    assert all(named[package]["hashes"] for package in pins("requirements.txt"))
    folders = {folder.name for folder in (ROOT / "app/static/vendor").iterdir() if folder.is_dir()}
    assert len([each for each in named.values() if each["purl"].startswith("pkg:npm/")]) >= len(folders)


def test_the_audit_looks_at_what_is_shipped() -> None:
    assert set(pins("requirements.txt")) <= set(pins("requirements-dev.txt"))


@pytest.mark.parametrize(
    ("answer", "ended", "told"),
    [
        ("", 1, "nothing was audited"),
        ("no json", 0, "nothing was audited"),
        ('{"dependencies": []}', 0, "nothing was audited"),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', 0, "not audited"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}]}', 1, "CVE-1"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 1, "nothing was audited"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, None),
    ],
)
def test_an_audit_that_could_not_look_is_no_good_news(
    answer: str, ended: int, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pretend(*_: Any, **__: Any) -> SimpleNamespace:
        return SimpleNamespace(stdout=answer, stderr="no way to the service", returncode=ended)

    monkeypatch.setattr(subprocess, "run", pretend)
    found = runpy.run_path(str(ROOT / "bin" / "audit.py"))["main"]()
    assert found is None if told is None else told in found
