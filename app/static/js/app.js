// What pages do beyond plain links and forms. Everything works on `data-` attributes.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- theme, and what shuts when one looks elsewhere -------------------------------------------
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-switch]")) {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    document.cookie = `theme=${root.dataset.bsTheme};path=/;max-age=31536000;samesite=lax`;
  }
  for (const drop of all("details.drop[open], details.person[open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

// --- relations: a typeahead instead of a list of everything ----------------------------------
const NEW = "+"; // the choice that is entered first (js/drawer.js)

const CLEAR = document.documentElement.lang === "en" ? "Clear" : "清除";

function typeahead(select) {
  if (select.tomselect || !select.dataset.options) return;
  const address = new URL(select.dataset.options, location.href);
  let sought = "";
  let asked = ""; // what was asked last: an answer to anything before comes too late
  let answered = ""; // whose answer stands there: Enter chooses nothing that was offered for other letters
  new TomSelect(select, {
    valueField: "id",
    labelField: "label",
    searchField: [],
    score: (text) => () => (text === answered ? 1 : 0),
    maxOptions: 50,
    ...(select.matches("input") ? { maxItems: 1 } : {}), // a path of a tree: a field of text without this script
    loadThrottle: 200,
    preload: "focus",
    placeholder: select.dataset.placeholder,
    plugins: select.multiple ? { remove_button: { title: CLEAR } } : { clear_button: { title: CLEAR } },
    shouldLoad: () => true,
    // A closed list with nothing in it is no listbox to a screen reader.
    onDropdownOpen: (dropdown) => dropdown.querySelector("[id$=-ts-dropdown]")?.setAttribute("role", "listbox"),
    onDropdownClose: (dropdown) => dropdown.querySelector("[id$=-ts-dropdown]")?.removeAttribute("role"),
    onType: (text) => (sought = text),
    load(text, done) {
      asked = text;
      this.clearOptions();
      this.clearActiveOption();
      address.searchParams.set("q", text);
      address.searchParams.set("within", select.form?.elements[select.dataset.within]?.value || "");
      const told = (rows) => {
        if (text !== asked) return done([]);
        answered = text;
        done(rows);
      };
      fetch(address, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : []))
        .then((rows) => told(select.dataset.create ? [...rows, { id: NEW, label: select.dataset.createSaid }] : rows), () => told([]));
    },
    onItemAdd(value) {
      if (value !== NEW) return;
      this.removeItem(NEW, true);
      this.blur();
      select.dispatchEvent(new CustomEvent("create-in-place", { bubbles: true, detail: sought }));
    },
    render: {
      option: (row, escape) => `<div>${escape(row.label)}${row.note ? ` <span class="text-secondary">${escape(row.note)}</span>` : ""}</div>`,
      no_results: nothingFound,
    },
  });
  pointsAtWhatIsThere(select);
}

function nothingFound() {
  return `<div class="no-results" role="option" aria-disabled="true">${document.documentElement.lang === "en" ? "Nothing found" : "没有找到"}</div>`;
}

function pointsAtWhatIsThere(select) {
  // What is drawn anew is another element: the field must not point at the one that is gone.
  const field = select.tomselect.control_input;
  select.tomselect.hook("after", "refreshOptions", () => {
    if (!document.getElementById(field.getAttribute("aria-activedescendant"))) field.removeAttribute("aria-activedescendant");
  });
  const described = select.getAttribute("aria-describedby");
  if (described) field.setAttribute("aria-describedby", described);
}

// What was chosen of one estate is not of another: the fields within it begin anew.
document.addEventListener("change", (event) => {
  if (!event.target.form || !event.target.name) return;
  for (const select of all("select[data-within]", event.target.form)) {
    if (select.dataset.within !== event.target.name || !select.tomselect) continue;
    select.tomselect.clear();
    select.tomselect.clearOptions();
  }
});

// --- several of a list: the chosen ones as tags, the others found by typing -------------------
function several(select) {
  if (select.tomselect) return;
  new TomSelect(select, {
    maxOptions: null,
    hideSelected: true,
    placeholder: select.dataset.placeholder,
    plugins: { remove_button: { title: CLEAR } },
    onDropdownOpen: (dropdown) => dropdown.querySelector("[id$=-ts-dropdown]")?.setAttribute("role", "listbox"),
    onDropdownClose: (dropdown) => dropdown.querySelector("[id$=-ts-dropdown]")?.removeAttribute("role"),
    render: { no_results: nothingFound },
  });
  pointsAtWhatIsThere(select);
}

// --- lists: ticking rows ---------------------------------------------------------------------
function ticked(form) {
  const boxes = all("tbody input[name=ids]", form);
  const count = boxes.filter((box) => box.checked).length;
  const bar = form.querySelector("[data-bulk-bar]");
  if (!bar) return;
  bar.hidden = count === 0;
  bar.querySelector("[data-bulk-count]").textContent = count;
  const head = form.querySelector("[data-tick-all]");
  head.checked = count > 0 && count === boxes.length;
  head.indeterminate = count > 0 && count < boxes.length;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-bulk]");
  if (!form) return;
  if (event.target.matches("[data-tick-all]")) {
    for (const box of all("tbody input[name=ids]", form)) box.checked = event.target.checked;
  }
  ticked(form);
});

// --- forms: no empty fields in addresses, a question before losing what was typed -------------
const dirty = new Set();
// Those that say so, and every form of a page of its own that would give back what was typed (core/keeping.py).
const GUARDED = "form[data-unsaved], form.form[method=post], .form form[method=post], form.comment-form";
document.addEventListener("input", (event) => {
  const form = event.target.closest(GUARDED);
  if (form && (form.dataset.unsaved !== undefined || form.elements.opened_by) && form.dataset.unsavedNot === undefined) dirty.add(form);
});
all("form[data-typed]").forEach((form) => dirty.add(form));
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});
// A request above the bound is refused unread, with all that was typed beside the file: it is not sent at all.
const MOST_BYTES = 20 * 2 ** 20;
const TOO_LARGE = document.documentElement.lang === "en" ? "The file is over 20 MB: choose a smaller one." : "文件超过 20 MB，请换一个小一些的。";
const isTooLarge = (form) => all("input[type=file]", form).some((field) => [...field.files].some((file) => file.size > MOST_BYTES));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (isTooLarge(form)) {
    event.preventDefault();
    return alert(TOO_LARGE);
  }
  if ((event.submitter?.formTarget || form.target) === "_blank") return; // this page stays, with what is not saved
  dirty.delete(form);
  if (form.dataset.sure && !confirm(form.dataset.sure)) {
    event.preventDefault();
    return;
  }
  if (form.matches("[data-no-empty]")) {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    setTimeout(() => all("[disabled][name]", form).forEach((field) => (field.disabled = false)), 0);
  }
  if (form.method === "post") {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});

// Filters left empty stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return; // emptied is what was typed
  const asked = event.detail.parameters;
  for (const name of Object.keys(asked)) if (asked[name] === "") delete asked[name];
});

// --- what could not be taken without a new page is sent as the page's own form: its answer gives back what was typed ---
const sendAsPage = (form) => HTMLFormElement.prototype.submit.call(form);
document.addEventListener("htmx:responseError", (event) => {
  const form = event.detail.elt.closest("form[method=post]");
  if (!form?.elements.opened_by) return;
  dirty.delete(form);
  sendAsPage(form);
});

// --- keyboard: / find, n new, e edit, s save (with Ctrl) --------------------------------------
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
    const save = document.querySelector("button[data-key=s]");
    if (save) {
      event.preventDefault();
      save.click();
    }
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = /^[a-z/]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (!target || event.key === "s") return;
  event.preventDefault();
  target.matches("input") ? target.focus() : target.click();
});

// On a phone a row is a card, and each value stands beside its column's word (app.css).
function labelled(table) {
  const words = all("thead th", table).map((head) => head.textContent.trim());
  for (const row of all("tbody tr:not(.group-head tr, .group-more, .group-told)", table)) [...row.cells].forEach((cell, n) => words[n] && (cell.dataset.label = words[n]));
}
const narrow = matchMedia("(max-width: 760px)");
narrow.addEventListener("change", () => prepare(document));

function prepare(within) {
  if (narrow.matches) all("table.rows", within).forEach(labelled);
  all("[data-options]", within).forEach(typeahead);
  all("select[data-several]", within).forEach(several);
  all("[data-bulk]", within).forEach(ticked);
}

document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
// What the address points at may stand in a part that has just come.
let pointed = location.hash.slice(1);
document.addEventListener("htmx:afterSettle", () => {
  const meant = pointed && document.querySelector(`section#${CSS.escape(pointed)}`);
  if (!meant) return;
  pointed = "";
  meant.scrollIntoView();
});
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
prepare(document);
document.querySelector("[data-focus]")?.focus();

// --- fields that matter only when another holds a value ---------------------------------------
// What is hidden is not read by the server either (core/mattering.py).
function showFields(form) {
  for (const field of all("[data-when]", form)) {
    const [name, values] = field.dataset.when.split("=");
    const other = form.elements[name];
    if (!other) continue;
    const held = other.type === "checkbox" ? (other.checked ? "1" : "0") : other.value;
    const above = (other.closest ? other : other[0]).closest("[data-when]");
    field.hidden = Boolean(above?.hidden) || !values.split(",").includes(held);
  }
}
const showAll = (within) => new Set(all("[data-when]", within).map((field) => field.closest("form"))).forEach((form) => form && showFields(form));
document.addEventListener("change", (event) => event.target.form && showFields(event.target.form));
document.addEventListener("htmx:load", (event) => showAll(event.detail.elt));
showAll(document);

// --- a file dropped on its line, or taken with the phone, is sent at once ----------------------
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-drop]");
  if (form && event.target.files?.length) form.requestSubmit();
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const line = event.target.closest?.("li");
    const form = event.target.closest?.("form[data-drop]") || line?.querySelector("form[data-drop]");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    form.querySelector("input[type=file]").files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

// --- a signature drawn with finger, pen or mouse -----------------------------------------------
function signature(box) {
  const sheet = box.querySelector("canvas");
  const kept = box.parentElement.querySelector("input[type=hidden]");
  const pen = sheet.getContext("2d");
  const strokes = kept.value ? kept.value.split(";").map((each) => each.split(" ").map((point) => point.split(",").map(Number))) : [];
  const place = (event) => {
    const frame = sheet.getBoundingClientRect();
    const clamp = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [clamp(((event.clientX - frame.left) / frame.width) * 600, 600), clamp(((event.clientY - frame.top) / frame.height) * 200, 200)];
  };
  const draw = () => {
    pen.clearRect(0, 0, 600, 200);
    pen.strokeStyle = getComputedStyle(sheet).color;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    }
    kept.value = strokes.map((stroke) => stroke.map((point) => point.join(",")).join(" ")).join(";");
  };
  let drawing = false;
  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    drawing = true;
    strokes.push([place(event)]);
    draw();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    strokes.at(-1).push(place(event));
    draw();
  });
  for (const kind of ["pointerup", "pointercancel"]) sheet.addEventListener(kind, () => (drawing = false));
  box.querySelector("[data-signature-clear]").addEventListener("click", () => {
    strokes.length = 0;
    draw();
  });
  draw();
}
all("[data-signature]").forEach(signature);

// --- the counter: a proposed applicant is taken over -------------------------------------------
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-propose]");
  if (!chosen) return;
  const fields = chosen.form.elements;
  fields.applicant_from.value = chosen.dataset.from;
  fields.applicant_kind.value = chosen.dataset.kind;
  fields.applicant_name.value = chosen.dataset.name;
  for (const [name, shown] of [["applicant_phone", chosen.dataset.phone], ["applicant_id_number", chosen.dataset.id]]) {
    fields[name].value = "";
    fields[name].placeholder = shown;
  }
  fields.applicant_kind.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("click", (event) => event.target.closest("[data-print]") && print());
document.addEventListener("click", (event) => event.target.closest("[data-back]") && history.back());
for (const back of all("[data-back]")) back.hidden = history.length < 2;
