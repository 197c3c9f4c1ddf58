// The list of a register: all that match, counts when they are wanted, several sorts, the order of
// columns, cells edited in place. What a cell needs to know stands once at the table and its heads.
"use strict";
(() => {
  const frame = document.getElementById("rows");
  const every = (selector, within) => [...within.querySelectorAll(selector)];
  if (!frame) return;

  // --- counts beside tabs, words and choices: asked for once the page has come and is looked at ----
  // Another page of the same list has the same counts: an answer is kept for its address.
  const answers = new Map();
  let waiting;
  function answerOf(address) {
    if (!answers.has(address)) {
      const asked = fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : {}));
      answers.set(address, asked.catch(() => ({})));
    }
    return answers.get(address);
  }
  function badge(link, told) {
    link.querySelector(".count")?.remove();
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = told;
    link.append(count);
  }
  const inChinese = document.documentElement.lang.startsWith("zh");
  async function count() {
    const toolbar = frame.querySelector("[data-facets]");
    if (!toolbar) return;
    const found = await answerOf(toolbar.dataset.facets);
    if (!toolbar.isConnected) return;
    for (const [name, facet] of Object.entries(found)) {
      const told = (value) => `${facet.counts[value] || 0}${facet.capped ? "+" : ""}`;
      for (const link of every(`[data-facet="${name}"] a[data-value]`, frame)) badge(link, told(link.dataset.value));
      for (const option of every(`select[data-facet="${name}"] option`, document)) {
        if (!option.value || option.value.includes(",")) continue; // several at once are counted nowhere
        option.dataset.word ||= option.textContent;
        option.textContent = inChinese ? `${option.dataset.word}（${told(option.value)}）` : `${option.dataset.word} (${told(option.value)})`;
      }
    }
  }
  function countSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.hidden || count(), 400);
  }
  document.addEventListener("visibilitychange", countSoon);
  document.addEventListener("htmx:afterSwap", countSoon);
  countSoon();

  // --- all that match, not only the page ----------------------------------------------------------
  // `query`, `count`: of a part of the list (js/folds.js); else all of it.
  function matchAll(form, on, query, count) {
    const field = form.querySelector("[name=matching]");
    if (!field) return;
    field.disabled = !on;
    field.value = query || field.defaultValue;
    for (const told of every("[data-match-told] [data-match-count]", form)) told.textContent = count || form.querySelector("[data-match-all] [data-match-count]").textContent;
    form.querySelector("[data-match-told]").hidden = !on;
    form.querySelector("[data-bulk-told]").hidden = on;
    form.querySelector("[data-match-all]").hidden = on;
    for (const box of every("tbody input[name=ids]", form)) box.disabled = on;
  }
  document.addEventListener("click", (event) => {
    const form = event.target.closest("form[data-bulk]");
    if (!form) return;
    const part = event.target.closest("[data-match-group]");
    if (part) matchAll(form, true, part.dataset.query, part.dataset.count);
    if (event.target.closest("[data-match-all]")) {
      for (const box of every("tbody input[name=ids]", form)) box.checked = true;
      matchAll(form, true);
    }
    if (event.target.closest("[data-tick-none]")) {
      matchAll(form, false);
      for (const box of every("input[type=checkbox]", form)) box.checked = false;
      form.querySelector("[data-tick-all]").dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.matches("[data-tick-all], [data-tick-group]") && event.target.closest("form[data-bulk]");
    if (form) matchAll(form, false);
  });

  // --- the builder of filters: another line ---------------------------------------------------------
  document.addEventListener("htmx:configRequest", (event) => {
    const more = event.target.closest(".builder-more");
    if (!more) return;
    event.detail.parameters = { n: more.dataset.next };
    more.dataset.next = Number(more.dataset.next) + 1;
    more.hidden = Number(more.dataset.next) >= 10;
  });

  document.addEventListener("click", (event) => event.target.closest(".builder-drop")?.closest(".builder-line").remove());

  // --- several sorts; the order of columns --------------------------------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest("th[data-name] a.sort");
    if (link && event.shiftKey) {
      event.preventDefault();
      const { name } = link.closest("th").dataset;
      const list = new URL(location.href);
      const parts = (list.searchParams.get("sort") || "").split(",").filter(Boolean);
      const place = parts.findIndex((part) => part.replace("-", "") === name);
      if (place < 0) parts.push(name);
      else parts[place] = parts[place] === name ? `-${name}` : name;
      list.searchParams.set("sort", parts.join(","));
      for (const key of ["after", "before"]) list.searchParams.delete(key);
      location.assign(list);
    }
    const step = event.target.closest("[data-order] [data-step]");
    if (!step) return;
    const line = step.closest("li");
    if (step.dataset.step === "up") line.previousElementSibling?.before(line);
    else line.nextElementSibling?.after(line);
    step.focus();
  });
  function arrows() {
    for (const list of every("[data-order]", frame)) {
      for (const line of every("li", list)) {
        if (line.querySelector("[data-step]")) continue;
        for (const [step, sign] of [["up", "↑"], ["down", "↓"]]) {
          const button = document.createElement("button");
          Object.assign(button, { type: "button", textContent: sign });
          button.dataset.step = step;
          button.setAttribute("aria-label", `${line.textContent.trim()} ${list.dataset[step]}`);
          line.append(button);
        }
      }
    }
  }

  // --- a cell edited in place ---------------------------------------------------------------------
  const head = (cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
  const editable = (cell) => cell?.matches(".list-card tbody tr:has(> td > a.row-link) > td") && head(cell)?.dataset.editable !== undefined;
  const address = (cell) => `${cell.parentElement.querySelector("a.row-link").getAttribute("href").split("?")[0]}/cell/${head(cell).dataset.name}`;
  const pen = document.createElement("button");
  pen.type = "button";
  pen.className = "cell-pen";
  pen.tabIndex = -1;
  pen.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${document.querySelector("svg.icon use").getAttribute("href").split("#")[0]}#i-pencil"/></svg>`;

  function close(cell, html) {
    const box = cell.querySelector(".cell-box");
    every("select", box).forEach((select) => select.tomselect?.destroy());
    cell.classList.remove("editing");
    box.remove();
    if (html === undefined) return cell.focus();
    cell.innerHTML = html;
    cell.classList.add("saved");
    cell.tabIndex = -1;
    cell.focus();
  }

  function show(cell, html) {
    cell.querySelector(".cell-box")?.remove();
    const box = document.createElement("div");
    box.className = "cell-box";
    if (cell.getBoundingClientRect().left + 290 > innerWidth) box.classList.add("from-right");
    box.innerHTML = html;
    cell.classList.add("editing");
    cell.append(box);
    every("select[data-options]", box).forEach(typeahead);
    const field = box.querySelector("input:not([type=hidden]), select, textarea, button");
    field.tomselect ? field.tomselect.focus() : field.focus();
    field.select?.();
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close(cell);
      if (event.key === "Enter" && event.target.matches("input:not([role=combobox])")) {
        event.preventDefault();
        box.querySelector("form")?.requestSubmit();
      }
      event.stopPropagation();
    });
    box.addEventListener("click", (event) => event.target.closest("[data-cell-cancel]") && close(cell));
    box.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const form = event.target;
      if (form.dataset.sent) return;
      form.dataset.sent = "1";
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null);
      delete form.dataset.sent;
      if (!answer) return;
      if (answer.ok && !answer.redirected) close(cell, await answer.text());
      else if ([409, 422].includes(answer.status)) show(cell, await answer.text());
      else sendAsPage(form);
    });
  }

  async function edit(cell) {
    if (!editable(cell) || cell.classList.contains("editing")) return;
    getSelection()?.removeAllRanges();
    for (const open of every("td.editing", frame)) close(open);
    pen.remove();
    cell.tabIndex = -1;
    const answer = await fetch(address(cell), { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer && (answer.ok || answer.status === 422)) show(cell, await answer.text());
  }

  frame.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td");
    if (!event.target.closest("a, .cell-box")) edit(cell);
  });
  frame.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td");
    if (cell && cell.scrollWidth > cell.clientWidth && !cell.title) cell.title = cell.textContent.trim();
    if (!cell || cell === pen.parentElement || cell.classList.contains("editing")) return;
    pen.parentElement?.classList.remove("can-edit");
    pen.remove();
    if (!editable(cell)) return;
    pen.setAttribute("aria-label", `${cell.closest("table").dataset.pick} ${head(cell).textContent.trim()}`);
    cell.classList.add("can-edit");
    cell.append(pen);
  });
  pen.addEventListener("click", () => edit(pen.closest("td")));

  // The arrows go from cell to cell, Enter edits the one that is focused.
  frame.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody td");
    if (!cell || event.target.closest(".cell-box") || event.target.matches("input")) return;
    const row = cell.parentElement;
    const ways = {
      ArrowLeft: () => cell.previousElementSibling,
      ArrowRight: () => cell.nextElementSibling,
      ArrowUp: () => row.previousElementSibling?.cells[cell.cellIndex],
      ArrowDown: () => row.nextElementSibling?.cells[cell.cellIndex],
    };
    if (event.key === "Enter" && event.target === cell && editable(cell)) {
      event.preventDefault();
      edit(cell);
    }
    const next = ways[event.key]?.();
    if (!next) return;
    event.preventDefault();
    const link = next.querySelector(":scope > a.row-link, :scope > input");
    if (!link) next.tabIndex = -1;
    (link || next).focus();
  });

  document.addEventListener("htmx:afterSwap", arrows);
  arrows();
})();
