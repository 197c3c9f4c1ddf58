"""See bench/__init__.py."""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import quote

from bench import inside, rows, work
from bench.ground import ROWS, Ground, grounds
from bench.load import requests_per_second
from bench.serving import PEERS, serving
from bench.visiting import Visitor

PARTS = ("pages", "saved", "scope", "relation", "growth", "load", "floor", "export", "import", "inside", "profile")
IMPORTED = 100_000
SAVES = 2.0  #: a second, by a department of forty at its busiest


def main() -> None:
    options = argparse.ArgumentParser(prog="bench")
    options.add_argument("--rows", default=",".join(str(each) for each in ROWS))
    options.add_argument("--on", default="sqlite,postgresql")
    options.add_argument("--only", default=",".join(PARTS), help="some of " + ",".join(PARTS))
    given = options.parse_args()
    parts = given.only.split(",")
    with grounds(given.on.split(","), [int(each) for each in given.rows.split(",")]) as each_ground:
        for ground in each_ground:
            print(f"\n## {ground.rows:,} leads, {ground.backend}\n", flush=True)
            report(ground, parts)
            shutil.rmtree(ground.home, ignore_errors=True)


def report(ground: Ground, parts: list[str]) -> None:
    with serving(ground) as ports:
        visitors = {peer: Visitor(peer, ports[peer]) for peer in PEERS}
        if "pages" in parts:
            pages(ground, visitors)
        if "saved" in parts:
            after_saves(ground, visitors)
        if "scope" in parts:
            scope(ground, visitors["guanjia"])
        if "relation" in parts:
            relation(ports["guanjia"])
        if "growth" in parts:
            growth(ground, visitors["guanjia"])
        if "load" in parts:
            load(ground, visitors)
    if "floor" in parts:
        with serving(ground, ("floor",)) as ports:
            floor(ports["floor"])
    if "export" in parts:
        export(ground)
    if "import" in parts:
        bring_in(ground)
    if "inside" in parts:
        for name in ("python_time", "weights", "start"):
            print(f"{name}: {told(inside.ask(ground, name))}", flush=True)
    if "profile" in parts:
        for page, shares in inside.ask(ground, "", "bench.profile").items():
            print(f"profile, {page}: {told(shares)}", flush=True)


def pages(ground: Ground, visitors: dict[str, Visitor]) -> None:
    print("| ms, median | Guanjia | stock FAB | Django admin | times faster than the faster of the two |")
    print("|---|---:|---:|---:|---:|")
    for name, done_by in work.works(ground).items():
        _tell(name, work.medians(done_by, visitors))
    print()


def after_saves(ground: Ground, visitors: dict[str, Visitor]) -> None:
    """Pages that have to be made: somebody else has saved a record just before."""
    works, others = work.works(ground), {peer: Visitor(peer, each.port) for peer, each in visitors.items()}
    saves = {
        peer: lambda _, save=save, peer=peer: save(others[peer])  # type: ignore[misc]
        for peer, save in works["save"].items()
    }
    for name in ("first page", "filtered", "search, rare", "search, frequent", "record"):
        _tell(f"{name}, after a save", work.medians(works[name], visitors, saves))
    print()


def _tell(name: str, taken: dict[str, float]) -> None:
    best = min(taken["fab"], taken["django"])
    row = " | ".join(f"{taken[peer]:.1f}" for peer in PEERS)
    print(f"| {name} | {row} | {best / taken['guanjia']:.1f} |", flush=True)


def scope(ground: Ground, manager: Visitor) -> None:
    """Whoever sees a tenth of the rows, and some of their columns in part, beside who sees all: pages that have to
    be made, since somebody has saved before each."""
    people = {"admin": "admin", "designer": "designer"}
    visitors = {name: Visitor("guanjia", manager.port, account) for name, account in people.items()}
    works = work.works(ground)
    for name in ("first page", "search, frequent"):
        done, save = works[name]["guanjia"], works["save"]["guanjia"]
        saved = dict.fromkeys(visitors, lambda _, save=save: save(manager))
        taken = work.medians(dict.fromkeys(visitors, done), visitors, saved)
        ratio = taken["designer"] / taken["admin"]
        print(f"scope, {name}: admin {taken['admin']:.1f} ms, designer {taken['designer']:.1f} ms, {ratio:.2f}×")


def relation(port: int) -> None:
    """A form over a table with 20,000 rows, and what its field offers while one types."""
    clerk = Visitor("guanjia", port, "renovation_clerk")
    page = clerk.get("/renovation_application/new")
    for typed in ("0412", "枫林"):
        path = f"/renovation_application/options/unit?q={quote(typed)}"
        taken = work.medians({"guanjia": lambda visitor, path=path: visitor.get(path)}, {"guanjia": clerk})
        print(f"typeahead of 20,000 units, {typed!r}: {taken['guanjia']:.1f} ms")
    print(f"form with that relation: {len(page):,} bytes", flush=True)


def growth(ground: Ground, visitor: Visitor) -> None:
    """Beside the size before it of the same database, where the run has one."""
    works, other = work.works(ground), Visitor("guanjia", visitor.port)
    save = works["save"]["guanjia"]
    for name in ("first page", "sorted", "deep page", "record"):
        slow = work.percentile_95(works[name]["guanjia"], visitor, lambda _: save(other))
        before = _slow_before.get((ground.backend, name))
        grown = f", {slow / before:.2f} times that of the size before" if before else ""
        _slow_before[ground.backend, name] = slow
        print(f"95th percentile, {name}: {slow:.1f} ms{grown}", flush=True)


#: backend, page -> the 95th percentile of the size before, in milliseconds
_slow_before: dict[tuple[str, str], float] = {}


def load(ground: Ground, visitors: dict[str, Visitor]) -> None:
    paths = {
        "guanjia": "/lead/?size=50",
        "fab": f"{work.FAB}/list/?psize_PlainLeadView=50",
        "django": f"{work.DJANGO}/",
    }
    saves, others = work.works(ground)["save"], {peer: Visitor(peer, each.port) for peer, each in visitors.items()}
    for peer, path in paths.items():
        visitors[peer].get(path)  # a browser that has been here has its cookies
    for clients in (8, 32):
        for saved, how in ((0.0, ""), (SAVES, f", {SAVES:g} saves a second beside them")):
            found = {}
            for peer, path in paths.items():
                with saving(saves[peer], others[peer], saved):
                    found[peer] = requests_per_second(visitors[peer].port, visitors[peer].cookie, path, clients)
            told_by = ", ".join(f"{peer} {rate:.0f}" for peer, rate in found.items())
            best = max(found["fab"], found["django"])
            print(f"requests a second, {clients} clients{how}: {told_by}; {found['guanjia'] / best:.1f}×", flush=True)


@contextmanager
def saving(save: work.Work, visitor: Visitor, a_second: float) -> Iterator[None]:
    """Somebody who saves so often meanwhile; nobody for 0."""
    over = Event()

    def go_on() -> None:
        while not over.wait(1 / a_second):
            save(visitor)

    saver = Thread(target=go_on, daemon=True)
    if a_second:
        saver.start()
    try:
        yield
    finally:
        over.set()
        if a_second:
            saver.join(60)


def floor(port: int) -> None:
    """What the way alone costs, on the same server with as many processes: no list can be faster than that."""
    visitor = Visitor("floor", port)
    for path in ("/bytes", "/flask", "/rows"):
        taken = work.medians({"floor": lambda visitor, path=path: visitor.get(path)}, {"floor": visitor})
        rates = " and ".join(f"{requests_per_second(port, '', path, clients):.0f}" for clients in (8, 32))
        print(f"floor, {path}: {taken['floor']:.2f} ms, {rates} requests a second", flush=True)


def export(ground: Ground) -> None:
    found = inside.ask(ground, "export")
    ours = ground.rows / found["whole s"]
    theirs = django_rows_a_second(ground, min(ground.rows, 100_000))
    print(f"export: {told(found)}; {ours:,.0f} rows a second, django-import-export {theirs:,.0f}, {ours / theirs:.1f}×")


def bring_in(ground: Ground) -> None:
    """Leads from a CSV as an office sends it: every row checked, numbered, journalled and put in the search index."""
    file = ground.home / "leads.csv"
    rows.write_csv(file, IMPORTED)
    command = [sys.executable, "-m", "flask", "--app", "run", "import", "lead", str(file), "--as", "account_manager"]
    begun = time.perf_counter()
    subprocess.run(command, env=ground.environment, check=True, capture_output=True)
    print(f"import of {IMPORTED:,} leads: {time.perf_counter() - begun:.0f} s", flush=True)


def django_rows_a_second(ground: Ground, rows: int) -> float:
    command = [sys.executable, "-m", "bench.peers.django_admin", str(rows)]
    return float(subprocess.run(command, env=ground.environment, check=True, capture_output=True, text=True).stdout)


def told(figures: dict[str, float]) -> str:
    return ", ".join(
        f"{name} {value:.3g}" if value < 1000 else f"{name} {value:,.0f}" for name, value in figures.items()
    )


if __name__ == "__main__":
    main()
