// A list by keyboard: j and k go from row to row, x chooses, o or Enter opens, e edits. The mark is the
// focus itself, on the row's link: it is seen, read out, and Enter opens it without our doing.
"use strict";
(() => {
  const frame = document.getElementById("rows");
  if (!frame) return;
  const LINKS = "a.row-link, a.fold"; // of a row, of the heading of a group
  const links = () => [...frame.querySelectorAll(`.list-card tbody :is(${LINKS})`)].filter((link) => link.checkVisibility());
  const rowOf = (place) => place?.closest?.("#rows tbody tr");
  let last = null; // the row that was marked, when the focus has gone elsewhere

  frame.addEventListener("focusin", (event) => (last = rowOf(event.target) || last));

  function marked() {
    const row = rowOf(document.activeElement) || last;
    return row?.isConnected ? row : null;
  }

  function step(by) {
    const found = links();
    const place = found.indexOf(marked()?.querySelector(LINKS));
    const next = found[place < 0 ? 0 : Math.max(0, Math.min(found.length - 1, place + by))];
    next?.focus();
  }

  function edit(row) {
    if (!row.closest("table").hasAttribute("data-edits") || !row.querySelector("a.row-link")) return;
    const [path, query] = row.querySelector("a.row-link").getAttribute("href").split("?");
    location.assign(`${path}/edit${query ? `?${query}` : ""}`);
  }

  const WAYS = {
    j: () => step(1),
    k: () => step(-1),
    x: (row) => row.querySelector("input[name=ids], [data-tick-group]")?.click(),
    o: (row) => row.querySelector(LINKS).click(),
    e: edit,
  };

  document.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const row = marked();
    if (way.length && !row) return;
    event.preventDefault();
    way(row);
  });
})();
