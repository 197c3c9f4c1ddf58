"""Writing a settled register: its folder, its lines in the index pages, its rights in the matrix, its migration."""

import re
from pathlib import Path

from app.core import menu
from app.core.answers import Refusal
from app.core.words import say
from app.scaffold import imported, index_model
from app.scaffold.laid_out import quoted
from app.scaffold.numbers import next_revision
from app.scaffold.settled import Settled
from app.scaffold.settled_code import files
from app.scaffold.settled_migration import text_of

_FOLDER = re.compile(r"[a-z][a-z0-9_]*")
MATRIX = "tests/security/matrix.toml"


def settle(root: Path, settled: Settled, head: str) -> list[str]:
    """Answers the files that were written or changed. Raises Refusal before it writes any."""
    refuse_taken(root, settled)
    revision = next_revision(root, head)
    migration = f"migrations/versions/{revision}_{settled.name}_is_kept_by_code.py"
    written = {f"{settled.folder}/{name}.py": text for name, text in files(settled).items()}
    (root / settled.folder).mkdir()
    for path, text in {**written, migration: text_of(settled, revision, head)}.items():
        (root / path).write_text(text)
    index_model(root / "app" / "models.py", settled.package, settled.class_name)
    _into_the_menu(root / "app" / "views.py", settled)
    changed = ["app/models.py", "app/views.py"]
    if (root / MATRIX).exists():
        _into_the_matrix(root / MATRIX, settled)
        changed.append(MATRIX)
    return [*written, *changed, migration]


def refuse_taken(root: Path, settled: Settled) -> None:
    """Where it is to be written something else may be."""
    domain = root / "app" / settled.into / "__init__.py"
    if settled.into and not (_FOLDER.fullmatch(settled.into) and domain.exists()):
        raise Refusal(say("没有这个领域文件夹：app/{d}。", "There is no such domain: app/{d}.", d=settled.into))
    folder = root / settled.folder
    if folder.exists() or folder.with_suffix(".py").exists():
        raise Refusal(
            say(
                "{f} 已存在，请用 --into 放进别的文件夹。", "{f} is there already: put it elsewhere with --into.",
                f=settled.folder,
            )
        )  # fmt: skip


def _into_the_menu(page: Path, settled: Settled) -> None:
    """The last line under its heading; the heading of daily forms comes with its first line."""
    text, line = page.read_text(), f"        {settled.class_name}Register,\n"
    heading = settled.heading or menu.DAILY.zh
    found = re.search(rf"^    say\({re.escape(quoted(heading))}, .*\): \[\n(?:        \w+,\n)*", text, re.MULTILINE)
    if found is None:
        end = re.search(r"^MENU\b(?:.*\n)+?(?=}\n)", text, re.MULTILINE)
        assert end is not None
        daily = f"    say({quoted(menu.DAILY.zh)}, {quoted(menu.DAILY.en)}): [\n{line}    ],\n"
        text = text[: end.end()] + daily + text[end.end() :]
    else:
        text = text[: found.end()] + line + text[found.end() :]
    page.write_text(imported(text, f"{settled.package}.views", f"{settled.class_name}Register"))


def _into_the_matrix(page: Path, settled: Settled) -> None:
    """The rights once more, as they were given in the browser: whoever reviews the folder reads them there."""
    text = page.read_text()
    part = "\n".join([f"[{settled.name}]", *(f'{role} = "{given["verbs"]}"' for role, given in settled.rights.items())])
    later = next((each for each in re.finditer(r"^\[(\w+)\]$", text, re.MULTILINE) if each[1] > settled.name), None)
    place = later.start() if later else len(text)
    page.write_text(f"{text[:place]}{part}\n\n{text[place:]}" if later else f"{text.rstrip()}\n\n{part}\n")
