"""The search box by itself: rare and frequent terms, phones, numbers, pinyin, beside stock FAB's `contains`.

    python -m bench.searching --rows 1000,1000000 --on sqlite,postgresql

FAB finds neither pinyin nor two columns at once: its figure there is that of the Chinese name.
"""

import argparse
import shutil
from urllib.parse import quote

from bench.ground import RARE_NAME, ROWS, Ground, grounds
from bench.serving import serving
from bench.visiting import Visitor
from bench.work import FAB, medians

#: word -> what is typed, and the column in which FAB looks for what
ASKED = {
    "rare name": (RARE_NAME[:2], "customer_name", RARE_NAME[:2]),
    "frequent name": ("思远", "customer_name", "思远"),
    "one sign": ("王", "customer_name", "王"),
    "whole name": ("王思远", "customer_name", "王思远"),
    "pinyin": ("wangsiyuan", "customer_name", "王思远"),
    "initials": ("wsy", "customer_name", "王思远"),
    "last four digits": ("0457", "phone", "0457"),
    "whole phone": ("13000000457", "phone", "13000000457"),
    "number": ("KH-2026-0000457", "number", "KH-2026-0000457"),
    "address": ("3栋402", "address", "3栋402"),
    "nothing": ("没有的", "customer_name", "没有的"),
}


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.searching")
    options.add_argument("--rows", default=",".join(str(each) for each in ROWS))
    options.add_argument("--on", default="sqlite,postgresql")
    given = options.parse_args()
    with grounds(given.on.split(","), [int(each) for each in given.rows.split(",")]) as each_ground:
        for ground in each_ground:
            print(f"\n## {ground.rows:,} leads, {ground.backend}\n", flush=True)
            with serving(ground, ("guanjia", "fab")) as ports:
                report(ground, ports)
            shutil.rmtree(ground.home, ignore_errors=True)


def report(ground: Ground, ports: dict[str, int]) -> None:
    people = {"admin": "admin", "designer": "designer"}
    visitors = {name: Visitor("guanjia", ports["guanjia"], account) for name, account in people.items()}
    visitors["fab"] = Visitor("fab", ports["fab"])
    print("| search, ms, median | admin | a designer's tenth | stock FAB | times faster |")
    print("|---|---:|---:|---:|---:|")
    for word, (typed, column, sought) in ASKED.items():
        ours = f"/lead/?size=50&q={quote(typed)}"
        theirs = f"{FAB}/list/?psize_PlainLeadView=50&_flt_2_{column}={quote(sought)}"
        works = {name: (lambda visitor, path=path: visitor.get(path)) for name, path in
                 {"admin": ours, "designer": ours, "fab": theirs}.items()}  # fmt: skip
        taken = medians(works, visitors)
        figures = " | ".join(f"{taken[name]:.1f}" for name in ("admin", "designer", "fab"))
        print(f"| {word} | {figures} | {taken['fab'] / taken['admin']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
