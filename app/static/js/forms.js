// A form's draft: kept on the server while one types, for the person alone (core/drafts.py).
"use strict";

const WAIT = 2500; // milliseconds after the last key

function draftOf(form) {
  const told = form.querySelector("[data-draft-told]");
  let waiting = 0;
  let changed = false;
  const keep = async () => {
    clearTimeout(waiting);
    if (!changed || form.dataset.sent) return;
    changed = false;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" });
      if (answer.status !== 204) throw new Error(answer.status);
      form.elements.draft.value = "1";
      told.textContent = `${form.dataset.draftSaid} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    } catch {
      told.textContent = form.dataset.draftFailed;
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
}

document.querySelectorAll("form[data-draft]").forEach(draftOf);
