// Rows of children in their parent's form, and rows below such rows: one more, one less, another place, another page
// (core/children.py). What is looked for in a row or a part is looked for in itself, not in what stands below it.
"use strict";
(() => {
  const shownFields = "input:not([type=hidden]), select, textarea";

  // --- the order: each row brings the place at which it is to stand -----------------------------
  const rowsOf = (part) => [...part.querySelectorAll(":scope > .child-lines > .child")];
  const linesOf = (part) => part.querySelector(":scope > .child-lines");
  const adderOf = (part) => part.querySelector(":scope > [data-child-add]");
  const placeOf = (row, name) => row.querySelector(`:scope > .child-order [name$=".${name}"]`);
  const goes = (row) => row.querySelector(":scope > .child-act [name$='.gone']:checked");
  const mayMove = (row) => Boolean(placeOf(row, "at"));

  function number(part) {
    const rows = rowsOf(part).filter((row) => !goes(row));
    const stood = rows.map((row) => Number(placeOf(row, "stood")?.value || row.querySelector(":scope > .child-order")?.textContent)).filter(Boolean);
    const first = stood.length ? Math.min(...stood) : 1;
    rows.forEach((row, place) => mayMove(row) && (placeOf(row, "at").value = first + place));
  }

  function moved(row) {
    const part = row.closest("[data-children]");
    number(part);
    part.querySelector(":scope > [data-child-told]").textContent = part.dataset.movedSaid.replace("{n}", placeOf(row, "at").value);
    row.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const precedes = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;

  function step(row, back) {
    const beside = back ? row.previousElementSibling : row.nextElementSibling;
    if (!beside || !mayMove(row)) return;
    const focused = document.activeElement;
    back ? beside.before(row) : beside.after(row);
    focused.focus();
    moved(row);
  }

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(".ordered > .child-lines > .child");
    if (!row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    if (!event.altKey && !event.target.matches("[data-child-grip]")) return;
    event.preventDefault();
    event.stopPropagation();
    step(row, event.key === "ArrowUp");
  }, true);

  // A row taken by its grip follows the finger or the mouse: it changes places with whom it is drawn over.
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-child-grip]");
    if (!grip) return;
    const row = grip.closest(".child");
    const before = row.previousElementSibling;
    grip.setPointerCapture(event.pointerId);
    row.classList.add("moving");
    const follow = (at) => {
      const over = rowsOf(row.closest("[data-children]")).find((each) => {
        const frame = each.getBoundingClientRect();
        return each !== row && at.clientY > frame.top + frame.height / 4 && at.clientY < frame.bottom - frame.height / 4;
      });
      if (!over) return;
      // The others step past it: an element that is put elsewhere lets go of the finger.
      if (precedes(row, over)) while (precedes(row, over)) row.before(row.nextElementSibling);
      else while (precedes(over, row)) row.after(row.previousElementSibling);
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", () => {
      grip.removeEventListener("pointermove", follow);
      row.classList.remove("moving");
      if (row.previousElementSibling !== before) moved(row);
    }, { once: true });
  });

  // A place that is typed is gone to, where it is on this page.
  document.addEventListener("change", (event) => {
    const row = event.target.closest?.(".ordered > .child-lines > .child");
    if (!row || event.target !== placeOf(row, "at")) return;
    const part = row.closest("[data-children]");
    const others = rowsOf(part).filter((each) => each !== row);
    const stood = others.map((each) => Number(placeOf(each, "stood")?.value)).filter(Boolean);
    const wanted = Number(event.target.value);
    const place = wanted - Math.min(...stood, Number(placeOf(row, "stood").value) || Infinity);
    if (!Number.isInteger(wanted) || place < 0 || place > others.length) return;
    place < others.length ? others[place].before(row) : others.at(-1)?.after(row);
    event.target.focus();
    moved(row);
  });

  // --- one more, one less -----------------------------------------------------------------------
  // What stands there without this script, the empty row of each part, is what it copies.
  function prepared(within) {
    for (const each of within.querySelectorAll("[data-child-grip], [data-child-page], [data-child-add]")) each.hidden = false;
    for (const each of within.querySelectorAll("[data-child-blank]:not(template)")) {
      const blank = document.createElement("template");
      blank.dataset.childBlank = "";
      blank.innerHTML = each.matches("noscript") && !each.firstElementChild ? each.textContent : each.innerHTML;
      each.replaceWith(blank);
    }
  }

  // No number is given twice in a part: a row that was dropped may be put back.
  const last = new WeakMap();
  function nextOf(part) {
    let next = (last.get(part) ?? linesOf(part).children.length) + 1;
    while (document.getElementById(`${part.id}.n${next}`)) next += 1;
    last.set(part, next);
    return next;
  }

  // Which row it is, and below which one, for whoever does not see it.
  function called(part, row) {
    const label = [part.closest(".child")?.getAttribute("aria-label"), part.dataset.word, rowsOf(part).length].filter(Boolean).join(" ");
    row.setAttribute("aria-label", label);
    for (const each of row.querySelectorAll(":scope > .child-below > .children > legend > .visually-hidden")) each.textContent = `${label} `;
  }

  function added(part) {
    const blank = part.querySelector(":scope > [data-child-blank]").innerHTML;
    const name = part.dataset.children;
    const key = new RegExp(`(?<![a-z0-9_])${name.replaceAll(".", "\\.")}\\.n0\\b`, "g");
    linesOf(part).insertAdjacentHTML("beforeend", blank.replace(key, `${name}.n${nextOf(part)}`));
    const row = linesOf(part).lastElementChild;
    called(part, row);
    prepared(row);
    prepare(row);
    showAll(row);
    focusOn([...row.querySelectorAll(shownFields)].find((each) => !each.name.endsWith(".at")));
  }

  const focusOn = (field) => (field?.tomselect || field)?.focus();
  const isFilled = (row) =>
    [...row.querySelectorAll(shownFields)].some((each) => (each.type === "checkbox" ? each.checked : each.value) && !each.name.endsWith(".at"));

  // What was typed into a row that is dropped may be put back until the page is left.
  function dropped(part, row) {
    const beside = row.nextElementSibling || row.previousElementSibling;
    if (!isFilled(row)) {
      row.remove();
      focusOn(beside?.querySelector(shownFields) || adderOf(part));
    } else {
      const { droppedSaid, backSaid } = part.closest("[data-dropped-said]").dataset;
      const told = document.createElement("div");
      told.className = "child-dropped";
      told.setAttribute("role", "status");
      told.append(droppedSaid);
      const back = told.appendChild(document.createElement("button"));
      back.type = "button";
      back.className = "btn btn-sm";
      back.textContent = backSaid;
      back.addEventListener("click", () => {
        told.replaceWith(row);
        focusOn(row.querySelector(shownFields));
        row.dispatchEvent(new Event("input", { bubbles: true }));
      });
      row.replaceWith(told);
      back.focus();
    }
    part.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const part = event.target.closest("[data-children]");
    if (event.target.closest("[data-child-add]")) return added(part);
    const way = event.target.closest("[data-child-page]");
    if (way) return turned(part, way);
    const row = event.target.closest("[data-child-drop]")?.closest(".child");
    if (row) dropped(part, row);
  });

  // The button that adds below a row says for whom, as soon as that is typed.
  document.addEventListener("input", (event) => {
    const row = event.target.closest?.(".child[data-called]");
    if (!row || row.dataset.called !== event.target.name) return;
    for (const each of row.querySelectorAll(":scope > .child-below [data-child-whom]")) each.textContent = event.target.value.trim() || each.dataset.childWhom;
  });

  // --- another page: what was changed on this one stays in the form -----------------------------
  const untouched = (field) =>
    field.matches("select")
      ? [...field.options].every((each) => each.selected === each.defaultSelected || (!each.value && !field.value))
      : field.type === "checkbox" ? field.checked === field.defaultChecked : field.value === field.defaultValue;
  const isTouched = (row) => placeOf(row, "stood")?.value === "" || /\.n\d+$/.test(row.id) || [...row.querySelectorAll("[name]")].some((each) => !untouched(each));

  async function turned(part, way) {
    const answer = await fetch(way.dataset.childPage).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-children]");
    const kept = part.querySelector(":scope > .child-kept");
    for (const row of rowsOf(part).filter(isTouched)) kept.append(row);
    const lines = linesOf(part);
    const fresh = rowsOf(page).map((row) => {
      const mine = document.getElementById(row.id);
      return mine && kept.contains(mine) ? mine : row;
    });
    lines.replaceChildren(...fresh);
    kept.hidden = !kept.querySelector(".child");
    part.querySelector(":scope > .child-pager").replaceWith(page.querySelector(":scope > .child-pager") || "");
    prepared(part);
    prepare(lines);
    showAll(lines);
    focusOn(part.querySelector(":scope > .child-pager [data-child-page]") || lines.querySelector(shownFields));
  }

  prepared(document);
})();
