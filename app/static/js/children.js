// Rows of children in their parent's form: one more, one less (core/children.py).
"use strict";
(() => {
  for (const part of document.querySelectorAll("[data-children]")) {
    const lines = part.querySelector(".child-lines");
    const add = part.querySelector("[data-child-add]");
    if (!add) continue;
    const blank = part.querySelector("noscript").textContent;
    const key = new RegExp(`${part.dataset.children}\\.n0\\b`, "g");
    let next = lines.children.length + 1;
    add.hidden = false;
    add.addEventListener("click", () => {
      while (lines.querySelector(`[id$="${part.dataset.children}.n${next}"]`)) next += 1;
      lines.insertAdjacentHTML("beforeend", blank.replace(key, `${part.dataset.children}.n${next}`));
      const row = lines.lastElementChild;
      prepare(row);
      const field = row.querySelector("input:not([type=hidden]), select, textarea");
      field.tomselect ? field.tomselect.focus() : field.focus();
    });
  }
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-child-drop]")?.closest(".child");
    if (!row) return;
    const { form } = row.closest("fieldset");
    const beside = row.nextElementSibling || row.previousElementSibling;
    const add = row.closest("[data-children]").querySelector("[data-child-add]");
    row.remove();
    (beside?.querySelector("input:not([type=hidden]), select") || add).focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
