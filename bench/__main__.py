"""See bench/__init__.py."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.timing import median_ms, peak_mib

WORK = ("list", "sorted", "search", "detail", "save")


def main() -> None:
    options = argparse.ArgumentParser(prog="bench")
    options.add_argument("--rows", default="1000,1000000")
    options.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite when not given")
    given = options.parse_args()
    for rows in (int(part) for part in given.rows.split(",")):
        report(rows, *measure(rows, given.database))


def measure(rows: int, url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    with tempfile.TemporaryDirectory() as home:
        os.environ["GUANJIA_HOME"] = home
        url = url or f"sqlite:///{home}/bench.db"
        ours = _guanjia(rows, url, Path(home))
        asked = [sys.executable, "-m", "bench.plain_fab", url, str(rows // 2)]
        plain = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return ours, plain


def _guanjia(rows: int, url: str, home: Path) -> dict[str, Any]:
    from app import create_app
    from app.release import release
    from bench.rows import fill

    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "GUANJIA_HOME": home})
    with app.app_context():
        from app.core import here
        from app.demo.company import load_company
        from app.extensions import db

        release()
        with here.as_house():
            load_company(db.session, "bench-only-password")
        fill(rows)
        db.session.remove()
    client = app.test_client()
    proof = {"username": "account_manager", "password": "bench-only-password", "csrf_token": _token(client, "/login/")}
    signed = client.post("/login/", data=proof)
    assert signed.status_code == 302, signed.status_code
    return _figures(client, rows)


def _token(client: Any, path: str) -> str:
    """What a form of this page has to bring along."""
    return client.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]


def _figures(client: Any, rows: int) -> dict[str, Any]:
    middle = rows // 2

    def get(path: str) -> Any:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    token = _token(client, f"/lead/{middle}/edit")

    def save() -> None:
        typed = {"customer_name": "王思远", "budget_fen": "30000", "csrf_token": token}
        answer = client.post(f"/lead/{middle}/edit", data=typed)
        assert answer.status_code == 302, answer.status_code

    figures = {
        "list": median_ms(lambda: get("/lead/?size=50")),
        "sorted": median_ms(lambda: get("/lead/?size=50&sort=-inquiry_on")),
        "search": median_ms(lambda: get("/lead/?size=50&q=%E6%80%9D%E8%BF%9C"), 5, 1),
        "detail": median_ms(lambda: get(f"/lead/{middle}")),
        "save": median_ms(save),
    }
    return figures | _export(client)


def _export(client: Any) -> dict[str, Any]:
    before, begun = peak_mib(), time.perf_counter()
    answer = client.get("/lead/export?format=csv")
    pieces = iter(answer.response)
    size = len(next(pieces))
    first = time.perf_counter() - begun
    for piece in pieces:
        size += len(piece)
    return {
        "export_first_byte_ms": round(first * 1000, 1),
        "export_s": round(time.perf_counter() - begun, 2),
        "export_mib": round(size / 2**20, 1),
        "export_memory_growth_mib": round(peak_mib() - before, 1),
    }


def report(rows: int, ours: dict[str, Any], plain: dict[str, Any]) -> None:
    print(f"\n{rows:,} leads; milliseconds, medians in one process")
    print(f"{'work':<10}{'Guanjia':>10}{'plain FAB':>12}{'times faster':>14}")
    for work in WORK:
        print(f"{work:<10}{ours[work]:>10.1f}{plain[work]:>12.1f}{plain[work] / ours[work]:>14.1f}")
    print({key: value for key, value in ours.items() if key not in WORK})


if __name__ == "__main__":
    main()
