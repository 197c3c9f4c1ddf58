"""Bring the pages' libraries, icons and axe-core from npm, at the versions named here.

Run by hand when a version or an icon (icons.txt) changes: `python bin/vendor.py` (needs npm); then
look at the difference, correct app/static/vendor/README.md, and run the browser tests.
"""

import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR, BROWSER = Path("app/static/vendor"), Path("tests/browser")
FILES = {
    "@tabler/core@1.6.1": {
        "dist/css/tabler.min.css": VENDOR / "tabler/tabler.min.css",
    },
    "htmx.org@2.0.11": {
        "dist/htmx.min.js": VENDOR / "htmx/htmx.min.js",
        "LICENSE": VENDOR / "htmx/LICENSE",
    },
    "tom-select@2.6.2": {
        "dist/js/tom-select.complete.min.js": VENDOR / "tom-select/tom-select.complete.min.js",
        "dist/css/tom-select.bootstrap5.min.css": VENDOR / "tom-select/tom-select.bootstrap5.min.css",
        "LICENSE": VENDOR / "tom-select/LICENSE",
    },
    "echarts@6.1.0": {
        "dist/echarts.common.min.js": VENDOR / "echarts/echarts.common.min.js",
        "LICENSE": VENDOR / "echarts/LICENSE",
        "NOTICE": VENDOR / "echarts/NOTICE",
    },
    "@tabler/icons@3.51.0": {"LICENSE": VENDOR / "tabler-icons/LICENSE"},
    "axe-core@4.14.1": {
        "axe.min.js": BROWSER / "axe.min.js",
        "LICENSE": BROWSER / "axe.LICENSE",
    },
}
ICONS = Path("bin/icons.txt").read_text().split()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for package, files in FILES.items():
            unpacked = unpack(package, Path(folder))
            for source, target in files.items():
                copy(unpacked / source, target)
            if package.startswith("@tabler/icons"):
                Path("app/static/icons.svg").write_text(sprite(unpacked / "icons/outline"))


def unpack(package: str, folder: Path) -> Path:
    told = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
    archive = folder / told.stdout.decode().split()[-1]
    with tarfile.open(archive) as packed:
        packed.extractall(archive.with_suffix(""), filter="data")
    return archive.with_suffix("") / "package"


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Source maps are not shipped: a browser's tools must not ask for them.
    target.write_text(re.sub(r"\n?/[/*]# sourceMappingURL=\S+( \*/)?\n?", "\n", source.read_text()))


def sprite(folder: Path) -> str:
    """One file of symbols: `<svg class="icon"><use href="/static/icons.svg#i-search"/></svg>`."""
    symbols = "\n".join(symbol(name, (folder / f"{name}.svg").read_text()) for name in ICONS)
    return (
        "<!-- Tabler Icons, MIT licence: vendor/tabler-icons/LICENSE. Made by bin/vendor.py. -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'
    )


def symbol(name: str, svg: str) -> str:
    shapes = re.findall(r"<(?!svg|/)[^>]+>", svg)
    drawn = "".join(" ".join(each.split()) for each in shapes if 'fill="none"' not in each)
    return (
        f'<symbol id="i-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round">{drawn}</symbol>'
    )


if __name__ == "__main__":
    main()
