// Widths of a list's columns: an edge is dragged, or Shift with an arrow on the head; kept for the person (core/listing/widths.py).
"use strict";
(() => {
  const STEP = 8, NARROWEST = 6, WIDEST = 80;
  const frame = document.getElementById("rows");
  const english = document.documentElement.lang === "en";
  const table = () => frame.querySelector("table[data-table]");
  const heads = () => [...table().tHead.rows[0].cells];

  // Every column gets the width that it has now, so that moving one leaves the others where they are.
  function columns() {
    const found = table();
    let group = found.querySelector("colgroup");
    if (!group) {
      group = document.createElement("colgroup");
      for (const head of heads()) {
        const col = document.createElement("col");
        if (head.dataset.name) col.className = `w${steps(head.offsetWidth + STEP / 2)}`;
        else col.className = "tick";
        group.append(col);
      }
      found.prepend(group);
      found.classList.add("sized");
    }
    return [...group.children];
  }
  const steps = (pixels) => Math.min(Math.max(Math.round(pixels / STEP), NARROWEST), WIDEST);
  const width = (col) => Number(col.className.slice(1));

  async function keep() {
    const cols = columns();
    const body = new FormData();
    body.set("csrf_token", document.querySelector("meta[name=csrf-token]").content);
    body.set("widths", heads().map((head, n) => head.dataset.name && `${head.dataset.name}:${width(cols[n])}`).filter(Boolean).join(","));
    body.set("view", new URL(location.href).searchParams.get("view") || "");
    await fetch(`/${table().dataset.table}/layout`, { method: "POST", body }).catch(() => null);
  }

  function grip(head) {
    if (head.querySelector(".grip")) return;
    const edge = document.createElement("span");
    edge.className = "grip";
    edge.title = english ? "Drag to set the width (or Shift + ← → on the head)" : "拖动调整列宽（或在表头按 Shift + ← →）";
    edge.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const col = columns()[head.cellIndex];
      const from = event.clientX, was = width(col);
      edge.setPointerCapture(event.pointerId);
      edge.onpointermove = (move) => (col.className = `w${steps(was * STEP + move.clientX - from)}`);
      edge.onpointerup = edge.onpointercancel = () => {
        edge.onpointermove = edge.onpointerup = edge.onpointercancel = null;
        if (width(col) !== was) keep();
      };
    });
    edge.addEventListener("click", (event) => event.stopPropagation());
    head.append(edge);
    const stop = head.querySelector("a.sort") || head;
    if (stop === head) head.tabIndex = 0;
    stop.setAttribute("aria-keyshortcuts", "Shift+ArrowLeft Shift+ArrowRight");
  }

  let waiting = 0;
  frame.addEventListener("keydown", (event) => {
    const head = event.target.closest("th[data-name]");
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!head || !by || !event.shiftKey) return;
    event.preventDefault();
    const col = columns()[head.cellIndex];
    col.className = `w${steps((width(col) + by) * STEP)}`;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 600);
  });

  function grips() {
    if (table()) for (const head of heads()) if (head.dataset.name) grip(head);
  }
  document.addEventListener("htmx:afterSwap", grips);
  grips();
})();
