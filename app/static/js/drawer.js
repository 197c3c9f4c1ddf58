// A drawer: a record looked at, or a new one entered, beside the page one is on. Esc closes, the focus goes back.
"use strict";

const english = document.documentElement.lang === "en";
const ROW = /^\/[a-z_]+\/\d+$/;

async function fetched(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { "X-Drawer": "1", "HX-Request": "true" } });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { ok: answer.ok, saved: isJson ? await answer.json() : null, html: isJson ? "" : await answer.text() };
}

function drawer(address, onSaved, filled = {}) {
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "drawer";
  dialog.innerHTML = `<div class="drawer-head"><h2 id="drawer-${Date.now()}"></h2><button class="btn btn-sm" type="button" data-drawer-close>${english ? "Close" : "关闭"}</button></div><div class="drawer-body" aria-live="polite"></div>`;
  const title = dialog.querySelector("h2");
  const body = dialog.querySelector(".drawer-body");
  dialog.setAttribute("aria-labelledby", title.id);
  let typed = false;
  const close = () => {
    if (!typed || confirm(english ? "Not saved yet. Leave?" : "有内容还没有保存，确定离开？")) dialog.close();
  };
  const show = (html) => {
    body.innerHTML = html;
    const page = body.querySelector(".drawer-page");
    if (!page) body.textContent = english ? "This can't be shown here." : "这里打不开，请到列表中查看。";
    title.textContent = page?.dataset.title || "";
    prepare(body);
    body.querySelectorAll("form.form").forEach(showFields);
    (body.querySelector("[data-focus]") || body.querySelector("input:not([type=hidden]), select, textarea, a.btn"))?.focus();
  };
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    close();
  });
  dialog.addEventListener("input", () => (typed = true));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-drawer-close]")) close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
  });
  dialog.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const form = event.target;
    const sent = await fetched(form.action, { method: "POST", body: new FormData(form, event.submitter) });
    if (!sent.saved && !sent.html.includes("drawer-page")) return sendAsPage(form); // a page of its own: the sign-in
    if (!sent.saved) return show(sent.html);
    dialog.close();
    onSaved?.(sent.saved);
  });
  document.body.append(dialog);
  dialog.showModal();
  fetched(address).then((found) => {
    show(found.html);
    for (const [name, value] of Object.entries(filled)) {
      const field = body.querySelector("form")?.elements[name];
      if (field) field.value = value;
    }
  }, () => show(""));
}

// With the list that it was opened from: what is done in the drawer comes back to it.
const looked = (address) => `${address.pathname}/part/look${address.search}`;

// Relations in lists and facts open beside the page; with Ctrl or the middle button they open as ever.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-drawer], .rows td a[href], .facts dd a[href]");
  if (!link || link.matches(".row-link, [hx-get], .btn, [target]")) return;
  const address = new URL(link.href, location.href);
  if (!ROW.test(address.pathname)) return;
  event.preventDefault();
  drawer(looked(address));
});

// A row's own record: an eye beside its link for the mouse, the space bar on the link for the keyboard.
const eye = document.createElement("button");
eye.type = "button";
eye.className = "btn btn-sm eye";
eye.tabIndex = -1;
eye.title = english ? "Look" : "速览";
eye.setAttribute("aria-label", eye.title);
eye.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0]}#i-eye"/></svg>`;
eye.addEventListener("click", (event) => {
  event.preventDefault();
  drawer(looked(new URL(eye.previousElementSibling.href)));
});
document.addEventListener("mouseover", (event) => {
  const link = event.target.closest(".rows tbody tr")?.querySelector(".row-link");
  if (link && eye.previousElementSibling !== link) link.after(eye);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches(".row-link")) return;
  event.preventDefault();
  drawer(looked(new URL(event.target.href)));
});

// A relation's row is entered in place and then chosen (see `typeahead` in app.js).
document.addEventListener("create-in-place", (event) => {
  const select = event.target;
  const [address, name] = select.dataset.create.split("?"); // what was typed may be a name: it stays out of addresses
  drawer(address, (saved) => {
    select.tomselect.addOption({ id: String(saved.id), label: saved.label });
    select.tomselect.setValue(select.multiple ? [...select.tomselect.items, String(saved.id)] : String(saved.id));
    select.tomselect.focus();
  }, { [name]: event.detail });
});

// --- rows edited in place, comments ----------------------------------------------------------
document.addEventListener("htmx:beforeSwap", (event) => {
  if (![409, 422].includes(event.detail.xhr.status) || !event.detail.target.closest(".related-all, .story")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:load", (event) => {
  const part = event.detail.elt;
  prepare(part);
  if (part.matches?.("tr.cells")) part.querySelector("[aria-invalid], input:not([type=hidden]), select, textarea")?.focus();
});
document.addEventListener("click", (event) => event.target.closest("[data-drop-row]")?.closest("tr").remove());

// --- mentions: @ and the beginning of a name ---------------------------------------------------
document.addEventListener("input", async (event) => {
  const form = event.target.closest?.("form[data-mentions]");
  if (!form || !event.target.matches("textarea")) return;
  const field = event.target;
  const typed = begun(field);
  if (!typed) return offered(form)?.remove();
  const address = new URL(form.dataset.mentions, location.href);
  address.searchParams.set("q", typed);
  const found = await fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : []));
  if (begun(field) !== typed) return; // an answer that is late
  offered(form)?.remove();
  if (found.length) offer(form, field, found.slice(0, 8));
});

const begun = (field) => /@([^\s@]{1,12})$/.exec(field.value.slice(0, field.selectionStart))?.[1];
const offered = (form) => form.querySelector(".mention-list");

function offer(form, field, people) {
  const list = document.createElement("ul");
  list.className = "mention-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", english ? "Colleagues" : "同事");
  for (const each of people) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `mention-${each.id}`;
    item.textContent = each.label;
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      mention(form, field, each);
    });
    list.append(item);
  }
  field.after(list);
  point(field, list, 0);
}

function point(field, list, place) {
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", index === place));
  list.dataset.place = place;
  field.setAttribute("aria-activedescendant", list.children[place].id);
}

function mention(form, field, person) {
  const at = field.selectionStart;
  const typed = begun(field) || "";
  field.setRangeText(`${person.label} `, at - typed.length, at, "end");
  const chosen = document.createElement("input");
  chosen.type = "hidden";
  chosen.name = "mentioned";
  chosen.value = person.id;
  form.append(chosen);
  offered(form)?.remove();
  field.removeAttribute("aria-activedescendant");
}

document.addEventListener("keydown", (event) => {
  const list = event.target.matches?.("form[data-mentions] textarea") && offered(event.target.form);
  if (!list) return;
  const most = list.children.length;
  const place = Number(list.dataset.place);
  if (event.key === "ArrowDown") point(event.target, list, (place + 1) % most);
  else if (event.key === "ArrowUp") point(event.target, list, (place + most - 1) % most);
  else if (event.key === "Enter" || event.key === "Tab") list.children[place].dispatchEvent(new MouseEvent("mousedown"));
  else if (event.key === "Escape") list.remove();
  else return;
  event.preventDefault();
});
