// What folds in place: the groups of a list, the branches of a tree. What is open stands in the address.
"use strict";
(() => {
  const frame = document.getElementById("rows");
  if (!frame) return;
  const every = (selector, within) => [...within.querySelectorAll(selector)];
  const MOST_OPENED = 20; // as many as a page opens (core/listing/grouped.py)
  const opened = () => new URL(location.href).searchParams.getAll("open");
  const isOpen = (fold) => fold.getAttribute("aria-expanded") === "true";
  const all_folds = () => every("a.fold[data-fold]", frame);
  const named = (path) => all_folds().find((fold) => fold.dataset.fold === path);

  // --- opening and shutting -----------------------------------------------------------------------
  const below = (path) => every("[data-under]", frame).filter((part) => `${part.dataset.under}/`.startsWith(`${path}/`));

  function inSight(part) {
    const steps = part.dataset.under.split("/");
    return steps.every((_, n) => {
      const fold = named(steps.slice(0, n + 1).join("/"));
      return !fold || isOpen(fold);
    });
  }

  function keep(path, open) {
    const list = new URL(location.href);
    const now = opened().filter((each) => each !== path);
    list.searchParams.delete("open");
    for (const each of open ? [...now, path] : now) list.searchParams.append("open", each);
    history.replaceState(history.state, "", list);
  }

  // Where its part is asked for, with what is open now, so that what is drawn leads back to it.
  function part(fold) {
    const address = new URL(fold.dataset.part, location.href);
    address.searchParams.delete("open");
    for (const each of opened()) address.searchParams.append("open", each);
    return address.pathname + address.search;
  }

  async function turn(fold, open) {
    const path = fold.dataset.fold;
    if (isOpen(fold) === open || fold.dataset.asked) return;
    fold.setAttribute("aria-expanded", open);
    keep(path, open);
    if (open && !below(path).length) {
      fold.dataset.asked = "1";
      await htmx.ajax("GET", part(fold), { target: fold.closest("[data-fold-head]"), swap: "afterend" }).catch(() => null);
      delete fold.dataset.asked;
      if (!below(path).length) return location.assign(fold.href); // refused: the page says why
      prepare(frame);
    }
    for (const each of below(path)) each.hidden = !inSight(each);
  }

  frame.addEventListener("click", (event) => {
    const fold = event.target.closest("a.fold");
    if (!fold || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turn(fold, !isOpen(fold));
  });
  frame.addEventListener("keydown", (event) => {
    const fold = event.target.closest("a.fold");
    if (!fold || event.ctrlKey || event.metaKey || event.altKey) return;
    const seen = all_folds().filter((each) => each.checkVisibility());
    const place = seen.indexOf(fold);
    const ways = {
      ArrowRight: () => (isOpen(fold) ? null : turn(fold, true)),
      ArrowLeft: () => (isOpen(fold) ? turn(fold, false) : above(fold)?.focus()),
      ArrowDown: () => seen[place + 1]?.focus(),
      ArrowUp: () => seen[place - 1]?.focus(),
      " ": () => turn(fold, !isOpen(fold)),
    };
    if (!ways[event.key]) return;
    event.preventDefault();
    ways[event.key]();
  });
  const above = (fold) => {
    const under = fold.closest("[data-under]")?.dataset.under;
    return under && named(under);
  };

  // --- what leads to the same list keeps what is open -----------------------------------------------
  function kept(address) {
    const there = new URL(address, location.href), now = new URL(location.href);
    if (there.pathname !== now.pathname || !["group", "as"].every((key) => there.searchParams.get(key) === now.searchParams.get(key))) return null;
    there.searchParams.delete("open");
    for (const each of opened()) there.searchParams.append("open", each);
    return there;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#rows .toolbar a[href], #rows .tabs a[href], #rows .chips a[href], #rows th a.sort");
    const there = link && kept(link.href);
    if (there) link.href = there;
  }, true);
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector?.(":scope > input[name=query]");
    if (!field || !event.target.closest(".views")) return;
    const query = new URLSearchParams(field.value);
    query.delete("open");
    for (const each of opened()) query.append("open", each);
    field.value = query;
  }, true);
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.matches("form.query")) event.detail.parameters.open = opened();
  });

  // --- ticking a heading ticks what it holds --------------------------------------------------------
  const isWithin = (box, other) => box.dataset.tickGroup.startsWith(`${other.dataset.tickGroup}/`);
  const boxes = (path) => below(path).flatMap((each) => every("input[name=ids]", each));

  function offer(form) {
    const bar = form.querySelector("[data-bulk-bar]");
    let button = bar.querySelector("[data-match-group]");
    const chosen = every("[data-tick-group]:checked", form);
    const outer = chosen.filter((box) => !chosen.some((other) => isWithin(box, other)));
    const [only] = outer;
    const loaded = only && boxes(only.dataset.tickGroup);
    const fits = outer.length === 1 && String(loaded.length) !== only.dataset.count && every("tbody input[name=ids]:checked", form).length === loaded.length;
    if (!fits) return button?.remove();
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-ghost-secondary";
      button.dataset.matchGroup = "";
      bar.querySelector("[data-match-all]").before(button);
    }
    Object.assign(button.dataset, { query: only.dataset.query, count: only.dataset.count });
    button.textContent = `${form.dataset.ofGroup} ${only.dataset.count}${form.dataset.rowsWord}`;
  }

  // The inner headings first: an outer one is ticked when all of them are.
  function tell(form) {
    const headings = every("[data-tick-group]", form).sort((one, other) => other.dataset.tickGroup.split("/").length - one.dataset.tickGroup.split("/").length);
    for (const heading of headings) {
      const path = heading.dataset.tickGroup;
      const inner = headings.filter((each) => isWithin(each, heading));
      const parts = inner.length ? inner : boxes(path);
      heading.checked = parts.length > 0 && parts.every((each) => each.checked);
      heading.indeterminate = !heading.checked && parts.some((each) => each.checked || each.indeterminate);
    }
    offer(form);
  }

  let ticking = false;
  async function tick(heading) {
    const form = heading.form, on = heading.checked;
    ticking = true;
    if (on) await turn(named(heading.dataset.tickGroup), true);
    const inner = every("[data-tick-group]", form).filter((each) => isWithin(each, heading));
    for (const each of on ? inner.slice(0, MOST_OPENED) : []) await turn(named(each.dataset.tickGroup), true);
    for (const box of boxes(heading.dataset.tickGroup)) box.checked = on;
    ticking = false;
    tell(form);
    ticked(form);
  }
  frame.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-group]")) tick(event.target);
    else if (event.target.form?.matches("[data-folds]")) tell(event.target.form);
  });
  // After more rows of a group: they are not ticked yet, and its heading says so.
  document.addEventListener("htmx:afterSettle", () => {
    prepare(frame);
    if (!ticking) every("form[data-folds]", frame).forEach(tell);
  });
})();
