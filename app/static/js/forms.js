// A form's draft: kept on the server while one types, for the person alone (core/drafts.py).
"use strict";

const WAIT = 2500; // milliseconds after the last key

function draftOf(form) {
  const told = form.querySelector("[data-draft-told]");
  let waiting = 0;
  let changed = false;
  const send = (more = {}) => {
    const body = new FormData(form);
    body.set("csrf_token", document.querySelector("meta[name=csrf-token]").content);
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    return fetch(form.dataset.draft, { method: "POST", body, keepalive: true, redirect: "manual" });
  };
  const keep = async () => {
    clearTimeout(waiting);
    if (!changed || form.dataset.sent || !form.isConnected) return;
    changed = false;
    try {
      const answer = await send();
      if (answer.status !== 204) throw new Error(answer.status);
      form.elements.draft.value = form.dataset.draftFlag || "1";
      if (told) told.textContent = `${form.dataset.draftSaid} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    } catch {
      if (told) told.textContent = form.dataset.draftFailed;
    }
  };
  const later = () => {
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(keep, WAIT);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(waiting));
  document.addEventListener("visibilitychange", () => document.hidden && keep());

  // --- a draft of a page that does not fill itself in: it is taken, or dropped ---
  const offer = form.querySelector("[data-draft-offer]");
  if (!offer) return;
  offer.hidden = false;
  offer.querySelector("[data-draft-take]").addEventListener("click", async () => {
    const answer = await fetch(form.dataset.draft, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    fill(form, await answer.json());
    offer.remove();
  });
  offer.querySelector("[data-draft-drop]").addEventListener("click", async () => {
    await send({ then: "drop" }).catch(() => null);
    form.elements.draft.value = "";
    offer.remove();
  });
}

// What a browser would have shown: fields only, never what the page itself carries along.
function fill(form, pairs) {
  let first = null;
  for (const [name, value] of pairs) {
    for (const field of all(`[name="${CSS.escape(name)}"]`, form)) {
      if (field.type === "hidden") continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = field.checked || field.value === value;
      else if (field.tomselect) field.tomselect.addItem(value);
      else field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      if (field.matches("textarea, input[type=text]")) first = first || field;
    }
  }
  first?.focus();
  first?.dispatchEvent(new Event("input", { bubbles: true }));
}

const drafts = (within) => all("form[data-draft]", within).filter((form) => !form.dataset.drafted);
const begin = (within) => drafts(within).forEach((form) => ((form.dataset.drafted = "1"), draftOf(form)));
document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
begin(document);
