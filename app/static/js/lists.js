// The list of a register: all that match, counts when they are wanted, several sorts, the order of
// columns.
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

  document.addEventListener("htmx:afterSwap", arrows);
  arrows();
})();
