// The cells of a list: edited in place, gone through by the arrows, copied, pasted into, taken back.
// What a cell needs to know stands once at the table and its heads; rows carry nothing for it.
"use strict";
(() => {
  const frame = document.getElementById("rows");
  if (!frame) return;
  const every = (selector, within) => [...within.querySelectorAll(selector)];
  const chinese = document.documentElement.lang.startsWith("zh");
  const say = (zh, en) => (chinese ? zh : en);
  const FIELD = "input:not([type=checkbox]), textarea, select, [contenteditable]";

  // --- where a cell is -------------------------------------------------------------------------
  const head = (cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
  const isCell = (cell) => cell?.matches(".list-card tbody tr:has(> td > a.row-link) > td");
  const editable = (cell) => isCell(cell) && head(cell)?.dataset.editable !== undefined;
  const pathOf = (row) => row.querySelector("a.row-link").getAttribute("href").split("?")[0];
  const address = (cell) => `${pathOf(cell.parentElement)}/cell/${head(cell).dataset.name}`;
  const rows = () => every(".list-card tbody tr:has(> td > a.row-link)", frame);
  const squeezed = (text) => text.replace(/\s+/g, " ").trim();

  /** The cell with this address, where the page still shows it. */
  function cellAt(place) {
    const [path, name] = place.split("/cell/");
    const row = rows().find((each) => pathOf(each) === path);
    const at = row && [...row.closest("table").tHead.rows[0].cells].findIndex((each) => each.dataset.name === name);
    return row?.cells[at];
  }

  /** What a cell shows: `parted` as one would write it, else as its markup says it. */
  function textOf(cell, parted = false) {
    if (cell.querySelector(":scope > .nothing:only-child")?.textContent === "–") return "";
    const copy = cell.cloneNode(true);
    every(".cell-pen, .cell-box, .cell-refused", copy).forEach((each) => each.remove());
    const tags = parted ? every(".tag", copy) : [];
    return squeezed(tags.length ? tags.map((tag) => tag.textContent).join("、") : copy.textContent);
  }

  function focus(cell) {
    const link = cell?.querySelector(":scope > a.row-link, :scope > input");
    if (cell && !link) cell.tabIndex = -1;
    (link || cell)?.focus();
  }

  // --- what is told ----------------------------------------------------------------------------
  const told = document.createElement("p");
  told.className = "grid-told";
  told.setAttribute("role", "status");
  frame.after(told);
  let quiet;
  function tell(text) {
    told.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => (told.textContent = ""), 6000);
  }

  /** Why a cell was refused, out of the answer that would ask again. */
  function reasonIn(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    return squeezed(page.querySelector(".fault, .cell-told")?.textContent || say("没有保存。", "Not saved."));
  }

  function refuse(cell, reason) {
    cell.querySelector(".cell-refused")?.remove();
    const note = document.createElement("span");
    note.className = "cell-refused";
    note.textContent = reason;
    cell.append(note);
    cell.classList.add("refused");
  }

  function fill(cell, html) {
    cell.classList.remove("refused", "saved");
    cell.innerHTML = html;
    void cell.offsetWidth; // the colour of what was saved fades anew
    cell.classList.add("saved");
  }

  // --- sent, and taken back --------------------------------------------------------------------
  const done = [];
  const undone = [];
  const MOST = 100;
  function keep(changes, stack = done) {
    if (!changes.length) return;
    stack.push(changes);
    if (stack.length > MOST) stack.shift();
  }

  async function post(place, body) {
    body.set("told", "1");
    if (!body.has("csrf_token")) body.set("csrf_token", document.querySelector("meta[name=csrf-token]").content);
    const answer = await fetch(place, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer) return { lost: true, html: "" };
    if (answer.ok && !answer.redirected && answer.headers.get("Content-Type").startsWith("application/json")) return answer.json();
    return { status: answer.status, html: [409, 422].includes(answer.status) ? await answer.text() : "" };
  }

  /** A value put into a cell without opening it: on what the page shows, or what was put there last. */
  async function put(place, given, seen, label) {
    const answer = await post(place, new URLSearchParams({ ...given, seen }));
    const cell = cellAt(place);
    if (answer.cell === undefined) return { place, label, html: answer.html, cell };
    if (cell) fill(cell, answer.cell);
    const shown = document.createElement("td");
    shown.innerHTML = answer.cell;
    return { place, label, cell, change: { place, label, was: answer.was, shown: textOf(shown) } };
  }

  let busy = false;
  async function turn(from, to, verb) {
    const step = !busy && from.pop();
    if (!step) return busy || tell(say(`没有可${verb}的修改。`, `Nothing to ${verb}.`));
    busy = true;
    const results = [];
    for (const change of [...step].reverse()) results.push(await put(change.place, { back: change.was }, change.shown, change.label));
    busy = false;
    keep(results.filter((each) => each.change).map((each) => each.change), to);
    outcome(results, verb);
  }

  /** Tells how it went; what was refused at its cell, and a single refusal as the question that it is. */
  function outcome(results, verb) {
    const refused = results.filter((each) => !each.change);
    const fine = results.length - refused.length;
    const labels = [...new Set(results.map((each) => each.label))].join("、");
    for (const each of refused) if (each.cell && results.length > 1) refuse(each.cell, reasonIn(each.html));
    const cell = (refused[0] || results[0]).cell;
    if (refused.length === 1 && results.length === 1 && cell && refused[0].html) return show(cell, refused[0].html);
    if (cell) focus(cell);
    const why = refused.length ? ` ${reasonIn(refused[0].html)}` : "";
    tell(refused.length ? say(`已${verb} ${fine} 格，未${verb} ${refused.length} 格（${labels}）：${why}`, `${fine} done, ${refused.length} refused (${labels}):${why}`) : say(`已${verb}：${labels}${fine > 1 ? ` ${fine} 格` : ""}`, `${verb}: ${labels}${fine > 1 ? `, ${fine} cells` : ""}`));
  }

  // --- a cell edited in place ------------------------------------------------------------------
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
    if (html !== undefined) fill(cell, html);
    cell.tabIndex = -1;
    cell.focus();
  }

  const sentBy = (form) => new URLSearchParams([...new FormData(form)].filter(([key]) => !["was", "csrf_token"].includes(key))).toString();

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
    const form = box.querySelector("form");
    const opened = form && sentBy(form);
    let onwards = 0;
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close(cell);
      const inField = event.target.matches("input:not([role=combobox])");
      if (event.key === "Enter" && (inField || event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form?.requestSubmit();
      }
      // A date half typed is finished first; where something is asked, Tab reaches the buttons.
      if (event.key !== "Tab" || !form || event.target.matches("button") || event.target.validity?.badInput || box.querySelector(".fault, .cell-told")) return;
      event.preventDefault();
      onwards = event.shiftKey ? -1 : 1;
      if (sentBy(form) === opened) leave();
      else form.requestSubmit();
    });
    box.addEventListener("click", (event) => event.target.closest("[data-cell-cancel]") && close(cell));
    box.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (form.dataset.sent) return;
      form.dataset.sent = "1";
      const answer = await post(form.action, new FormData(form));
      delete form.dataset.sent;
      if (answer.lost) return;
      if (answer.cell !== undefined) {
        const place = address(cell);
        close(cell, answer.cell);
        keep([{ place, label: squeezed(head(cell).textContent), was: answer.was, shown: textOf(cell) }]);
        undone.length = 0;
        leave();
      } else if (answer.html) show(cell, answer.html);
      else sendAsPage(form);
    });
    function leave() {
      if (cell.querySelector(".cell-box")) close(cell);
      if (onwards) focus(beside(cell, onwards));
    }
  }

  /** The next cell that may be edited, or the one before; over the end of a row into the next. */
  function beside(cell, step) {
    const cells = rows().flatMap((row) => [...row.cells].filter(editable));
    return cells[cells.indexOf(cell) + step] || cell;
  }

  async function edit(cell) {
    if (!editable(cell) || cell.classList.contains("editing")) return;
    getSelection()?.removeAllRanges();
    for (const open of every("td.editing", frame)) close(open);
    pen.remove();
    cell.querySelector(".cell-refused")?.remove();
    cell.classList.remove("refused");
    cell.tabIndex = -1;
    const answer = await fetch(address(cell), { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer && (answer.ok || answer.status === 422)) show(cell, await answer.text());
  }

  frame.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td");
    if (!event.target.closest("a, .cell-box")) edit(cell);
  });
  frame.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (!isCell(cell) || event.target.closest("a, button, input, label, .cell-box") || !getSelection().isCollapsed || innerWidth <= 760) return;
    cell.tabIndex = -1;
    cell.focus({ preventScroll: true });
  });
  frame.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td");
    if (cell && cell.scrollWidth > cell.clientWidth && !cell.title) cell.title = textOf(cell, true);
    if (!cell || cell === pen.parentElement || cell.classList.contains("editing")) return;
    pen.parentElement?.classList.remove("can-edit");
    pen.remove();
    if (!editable(cell)) return;
    pen.setAttribute("aria-label", `${cell.closest("table").dataset.pick} ${head(cell).textContent.trim()}`);
    cell.classList.add("can-edit");
    cell.append(pen);
  });
  pen.addEventListener("click", () => edit(pen.closest("td")));

  // --- by keyboard -----------------------------------------------------------------------------
  frame.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody td");
    if (!cell || event.target.closest(".cell-box") || event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cell.parentElement;
    const ways = {
      ArrowLeft: () => cell.previousElementSibling,
      ArrowRight: () => cell.nextElementSibling,
      ArrowUp: () => row.previousElementSibling?.cells[cell.cellIndex],
      ArrowDown: () => row.nextElementSibling?.cells[cell.cellIndex],
    };
    if (event.target === cell && editable(cell) && ["Enter", "F2"].includes(event.key)) {
      event.preventDefault();
      edit(cell);
    }
    const next = ways[event.key]?.();
    if (!next) return;
    event.preventDefault();
    focus(next);
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches(FIELD) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const again = key === "y" || (key === "z" && event.shiftKey);
    if (key !== "z" && !again) return;
    event.preventDefault();
    if (again) turn(undone, done, say("重做", "redo"));
    else turn(done, undone, say("撤回", "undo"));
  });

  const focused = () => (isCell(document.activeElement) ? document.activeElement : null);
  document.addEventListener("copy", (event) => {
    const cell = focused();
    if (!cell || !getSelection().isCollapsed) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", textOf(cell, true));
    tell(say("已复制。", "Copied."));
  });

  /** Lines of values, as a spreadsheet copies them: a tab between two, in quotes what holds one or several lines. */
  function valuesIn(text) {
    const lines = [[]];
    for (const [, quoted, plain, end] of text.replace(/\r?\n$/, "").matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r?\n|$)/g)) {
      lines.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      if (!end) break;
      if (end !== "\t") lines.push([]);
    }
    return lines;
  }

  document.addEventListener("paste", async (event) => {
    const cell = focused();
    if (!cell || busy) return;
    event.preventDefault();
    const lines = valuesIn(event.clipboardData.getData("text/plain"));
    const below = rows().slice(rows().indexOf(cell.parentElement));
    const spots = lines.slice(0, below.length).flatMap((line, n) => line.map((value, k) => ({ value, cell: below[n].cells[cell.cellIndex + k] }))).filter((each) => each.cell);
    const heads = [...new Set(spots.map((each) => head(each.cell)))];
    const labels = heads.map((each) => squeezed(each.textContent)).join(say("、", ", "));
    const fixed = spots.find((each) => !editable(each.cell));
    if (fixed) {
      const label = squeezed(head(fixed.cell).textContent);
      return tell(say(`「${label}」不能在列表里修改${heads.length > 1 ? "，没有粘贴" : ""}。`, `“${label}” can't be edited in the list${heads.length > 1 ? ": nothing was pasted" : ""}.`));
    }
    if (spots.length > 1 && !confirm(say(`把 ${spots.length} 个值依次填入「${labels}」，从这一行往下？`, `Fill ${spots.length} values into “${labels}”, from this row down?`))) return;
    busy = true;
    const results = [];
    for (const [n, each] of spots.entries()) {
      if (spots.length > 1) tell(`${n + 1} / ${spots.length}`);
      results.push(await put(address(each.cell), { text: each.value }, textOf(each.cell), squeezed(head(each.cell).textContent)));
    }
    busy = false;
    keep(results.filter((each) => each.change).map((each) => each.change));
    undone.length = 0;
    outcome(results, say("粘贴", "paste"));
    const left = lines.flat().length - spots.length;
    if (left) tell(`${told.textContent} ${say(`表格到头了，还有 ${left} 个值没有粘贴。`, `The table ends: ${left} values were not pasted.`)}`);
  });
})();
