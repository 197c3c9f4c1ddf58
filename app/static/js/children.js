// Rows of children in their parent's form: one more, one less, another place, another page (core/children.py).
"use strict";
(() => {
  const shownFields = "input:not([type=hidden]), select, textarea";

  // --- the order: each row brings the place at which it is to stand -----------------------------
  const rowsOf = (part) => [...part.querySelectorAll(".child-lines > .child")];
  const placeOf = (row, name) => row.querySelector(`[name$=".${name}"]`);
  const goes = (row) => row.querySelector("[name$='.gone']:checked");
  const mayMove = (row) => Boolean(placeOf(row, "at"));

  function number(part) {
    const rows = rowsOf(part).filter((row) => !goes(row));
    const stood = rows.map((row) => Number(placeOf(row, "stood")?.value || row.querySelector(".child-order")?.textContent)).filter(Boolean);
    const first = stood.length ? Math.min(...stood) : 1;
    rows.forEach((row, place) => mayMove(row) && (placeOf(row, "at").value = first + place));
  }

  function moved(row) {
    const part = row.closest("[data-children]");
    number(part);
    part.querySelector("[data-child-told]").textContent = part.dataset.movedSaid.replace("{n}", placeOf(row, "at").value);
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
    const row = event.target.closest?.(".ordered .child");
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
    const row = event.target.closest?.(".ordered .child-lines > .child");
    if (!row || !event.target.name?.endsWith(".at")) return;
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
  function prepared(part) {
    for (const each of part.querySelectorAll("[data-child-grip], [data-child-page], [data-child-add]")) each.hidden = false;
  }

  function added(part) {
    const lines = part.querySelector(".child-lines");
    const blank = part.querySelector("[data-child-add] + noscript").textContent;
    const key = new RegExp(`${part.dataset.children}\\.n0\\b`, "g");
    let next = lines.children.length + 1;
    while (part.querySelector(`[id$="${part.dataset.children}.n${next}"]`)) next += 1;
    lines.insertAdjacentHTML("beforeend", blank.replace(key, `${part.dataset.children}.n${next}`));
    const row = lines.lastElementChild;
    prepare(row);
    showAll(row);
    prepared(row);
    const field = [...row.querySelectorAll(shownFields)].find((each) => !each.name.endsWith(".at"));
    field.tomselect ? field.tomselect.focus() : field.focus();
  }

  document.addEventListener("click", (event) => {
    const part = event.target.closest("[data-children]");
    if (event.target.closest("[data-child-add]")) return added(part);
    const way = event.target.closest("[data-child-page]");
    if (way) return turned(part, way);
    const row = event.target.closest("[data-child-drop]")?.closest(".child");
    if (!row) return;
    const { form } = part;
    const beside = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    (beside?.querySelector(shownFields) || part.querySelector("[data-child-add]")).focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // --- another page: what was changed on this one stays in the form -----------------------------
  const untouched = (field) =>
    field.matches("select")
      ? [...field.options].every((each) => each.selected === each.defaultSelected || (!each.value && !field.value))
      : field.type === "checkbox" ? field.checked === field.defaultChecked : field.value === field.defaultValue;
  const isTouched = (row) => placeOf(row, "stood")?.value === "" || row.id.includes(".n") || [...row.querySelectorAll("[name]")].some((each) => !untouched(each));

  async function turned(part, way) {
    const answer = await fetch(way.dataset.childPage).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-children]");
    const kept = part.querySelector(".child-kept");
    for (const row of rowsOf(part).filter(isTouched)) kept.append(row);
    const lines = part.querySelector(".child-lines");
    const fresh = rowsOf(page).map((row) => {
      const mine = document.getElementById(row.id);
      return mine && kept.contains(mine) ? mine : row;
    });
    lines.replaceChildren(...fresh);
    kept.hidden = !kept.querySelector(".child");
    part.querySelector(".child-pager").replaceWith(page.querySelector(".child-pager") || "");
    prepare(lines);
    showAll(lines);
    prepared(part);
    (part.querySelector("[data-child-page]") || lines.querySelector(shownFields)).focus();
  }

  document.querySelectorAll("[data-children]").forEach(prepared);
})();
