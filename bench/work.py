"""What is asked of each of the three, and how long each takes: in turns, one visitor."""

import statistics
import time
from collections.abc import Callable
from urllib.parse import quote

from bench.ground import RARE_NAME, Ground
from bench.visiting import Visitor

#: how long one kind of work may take in all, and the least and most times that it is done
SECONDS, LEAST, MOST = 20.0, 3, 25
FAB, DJANGO = "/plainleadview", "/admin/auth/plainlead"
FREQUENT, RARE = quote("思远"), quote(RARE_NAME[:2])

Work = Callable[[Visitor], object]


def _get(path: str) -> Work:
    return lambda visitor: visitor.get(path)


def works(ground: Ground) -> dict[str, dict[str, Work]]:
    """work -> peer -> what to do. Paths of the peers are those their own pages link to."""
    middle, deep = ground.rows // 2, max(ground.rows // 50 - 2, 1)
    size = "psize_PlainLeadView=50"
    return {
        "first page": {
            "guanjia": _get("/lead/?size=50"), "fab": _get(f"{FAB}/list/?{size}"), "django": _get(f"{DJANGO}/"),
        },
        "sorted": {
            "guanjia": _get("/lead/?size=50&sort=-inquiry_on"),
            "fab": _get(f"{FAB}/list/?{size}&_oc_PlainLeadView=inquiry_on&_od_PlainLeadView=desc"),
            "django": _get(f"{DJANGO}/?o=-7"),
        },
        "filtered": {
            "guanjia": _get("/lead/?size=50&state=invalid"),
            "fab": _get(f"{FAB}/list/?{size}&_flt_3_state=invalid"), "django": _get(f"{DJANGO}/?state__exact=invalid"),
        },
        "deep page": {
            "guanjia": _deep(middle), "fab": _get(f"{FAB}/list/?{size}&page_PlainLeadView={deep // 2}"),
            "django": _get(f"{DJANGO}/?p={deep // 2 + 1}"),
        },
        "search, rare": {
            "guanjia": _get(f"/lead/?size=50&q={RARE}"), "fab": _get(f"{FAB}/list/?{size}&_flt_2_customer_name={RARE}"),
            "django": _get(f"{DJANGO}/?q={RARE}"),
        },
        "search, frequent": {
            "guanjia": _get(f"/lead/?size=50&q={FREQUENT}"),
            "fab": _get(f"{FAB}/list/?{size}&_flt_2_customer_name={FREQUENT}"), "django": _get(f"{DJANGO}/?q={FREQUENT}"),
        },
        "record": {
            "guanjia": _get(f"/lead/{middle}"), "fab": _get(f"{FAB}/show/{middle}"),
            "django": _get(f"{DJANGO}/{middle}/change/"),
        },
        "save": {
            "guanjia": _save(f"/lead/{middle}/edit"), "fab": _save(f"{FAB}/edit/{middle}"),
            "django": _save(f"{DJANGO}/{middle}/change/"),
        },
    }  # fmt: skip


def _deep(row_id: int) -> Work:
    """The page after a row in the middle, as its neighbour's link to the next page names it."""
    import base64
    import json

    cursor = base64.urlsafe_b64encode(json.dumps([row_id], separators=(",", ":")).encode()).decode().rstrip("=")
    return _get(f"/lead/?size=50&sort=-id&after={cursor}")


def _save(path: str) -> Work:
    """Another budget each time: saving nothing new would be no work."""
    tokens: dict[int, dict[str, str]] = {}
    budget = [30_000]

    def save(visitor: Visitor) -> None:
        if visitor.port not in tokens:
            tokens[visitor.port] = visitor.token(path)
        budget[0] += 1
        typed = {"customer_name": "王思远", "budget_fen": str(budget[0]), **tokens[visitor.port]}
        status, _ = visitor.post(path, typed)
        assert status == 302, (visitor.peer, path, status)

    return save


def medians(
    done_by: dict[str, Work], visitors: dict[str, Visitor], after: dict[str, Work] | None = None
) -> dict[str, float]:
    """peer -> milliseconds. In turns, after one round that is not counted; and each turn begins with one request that
    is not counted: what the others left in the processor's caches in between is no matter of a server of its own.
    `after`: what that request is, where it is not the same one: a save, after which no answer may stand."""
    first = after or done_by
    taken: dict[str, list[float]] = {peer: [] for peer in done_by if peer in visitors}
    for peer in taken:
        done_by[peer](visitors[peer])
    begun = time.perf_counter()
    for turn in range(MOST):
        for peer, times in taken.items():
            first[peer](visitors[peer])
            started = time.perf_counter()
            done_by[peer](visitors[peer])
            times.append((time.perf_counter() - started) * 1000)
        if turn + 1 >= LEAST and time.perf_counter() - begun > SECONDS:
            break
    return {peer: statistics.median(times) for peer, times in taken.items()}


def percentile_95(work: Work, visitor: Visitor, save: Work, times: int = 60) -> float:
    """Of a page that has to be made: somebody has saved before each."""
    taken = []
    for _ in range(times):
        save(visitor)
        started = time.perf_counter()
        work(visitor)
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)[int(times * 0.95)]
