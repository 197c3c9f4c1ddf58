// The parts of a long form as tabs, or as steps one after the other (core/pages/step_pages.py). It stays one form: what is
// not looked at is only hidden. Without this script all of it stands below each other.
"use strict";
(() => {
  const form = document.querySelector("form[data-layout]");
  const bar = form.querySelector("[data-way]");
  const { prefix } = bar.dataset;
  const parts = [...form.querySelectorAll("[data-part]")];
  const isSteps = form.dataset.layout === "steps";
  const back = form.querySelector("[data-step=back]");
  const next = form.querySelector("[data-step=next]");
  const saves = [...form.querySelectorAll(".form-buttons [type=submit]")];
  const signOf = (name) => bar.querySelector(`[data-${name}-sign]`).content.firstElementChild.cloneNode(true);
  const headOf = (part) => part.querySelector("[data-part-head]");
  let now = null;

  // --- which there are: a part of which nothing matters is passed over ---------------------------
  const matters = (part) => {
    const fields = [...part.querySelectorAll(".field")];
    return part.querySelector("[data-children]") || !fields.length || fields.some((field) => !field.hidden);
  };
  const there = () => parts.filter(matters);
  const wrongIn = (part) => part.querySelectorAll(".fault:not([hidden])").length;
  const partOf = (name) => document.getElementById(prefix + name)?.closest("[data-part]");

  // --- the bar -----------------------------------------------------------------------------------
  function button(part) {
    const made = document.createElement("button");
    made.type = "button";
    made.id = `${part.id}-way`;
    made.append(headOf(part).textContent.replace(/^\d+\s/, "").trim());
    if (!isSteps) {
      made.setAttribute("role", "tab");
      made.setAttribute("aria-controls", part.id);
      part.setAttribute("role", "tabpanel");
      part.setAttribute("aria-labelledby", made.id);
    }
    made.addEventListener("click", () => (isSteps ? goTo(part) : show(part)));
    return made;
  }
  const ways = new Map(parts.map((part) => [part, button(part)]));
  const holder = document.createElement(isSteps ? "ol" : "div");
  if (!isSteps) {
    holder.setAttribute("role", "tablist");
    holder.setAttribute("aria-label", bar.getAttribute("aria-label"));
    bar.removeAttribute("aria-label");
  }
  for (const way of ways.values()) {
    if (!isSteps) holder.append(way);
    else holder.appendChild(document.createElement("li")).append(way);
  }
  bar.append(holder);
  bar.hidden = false;

  function draw() {
    const shown = there();
    for (const [part, way] of ways) {
      (isSteps ? way.parentElement : way).hidden = !shown.includes(part);
      way.querySelector(".fieldset-wrong")?.remove();
      const wrong = wrongIn(part);
      if (wrong) way.append(told(wrong));
      if (isSteps) part === now ? way.setAttribute("aria-current", "step") : way.removeAttribute("aria-current");
      else {
        way.setAttribute("aria-selected", part === now);
        way.tabIndex = part === now ? 0 : -1;
      }
      way.classList.toggle("done", isSteps && shown.indexOf(part) < shown.indexOf(now));
      part.hidden = part !== now;
    }
    if (!isSteps) return;
    back.hidden = shown[0] === now;
    next.hidden = shown.at(-1) === now;
    for (const save of saves) save.hidden = !next.hidden;
  }

  function told(wrong) {
    const mark = document.createElement("span");
    mark.className = "fieldset-wrong";
    mark.append(signOf("wrong"), bar.dataset.wrongSaid.replace("{n}", wrong));
    return mark;
  }

  // --- going -------------------------------------------------------------------------------------
  function show(part, focused) {
    now = part;
    form.elements["part.at"].value = part.dataset.part;
    draw();
    if (!isSteps || !focused) return;
    const shown = there();
    const place = bar.dataset.stepSaid.replace("{n}", shown.indexOf(part) + 1).replace("{m}", shown.length);
    headOf(part).setAttribute("aria-label", `${place} ${headOf(part).textContent}`);
    headOf(part).focus({ preventScroll: true });
    form.scrollIntoView({ block: "start" });
  }

  let asking = false;
  async function goTo(part) {
    const shown = there();
    if (asking || part === now) return;
    if (shown.indexOf(part) < shown.indexOf(now)) return show(part, true);
    asking = true;
    next.setAttribute("aria-busy", "true");
    const wrong = await wrongSoFar();
    asking = false;
    next.removeAttribute("aria-busy");
    // Of what lies before the step one goes to: the first that something is wrong with is gone back to.
    const before = there().slice(0, there().indexOf(part));
    const first = before.find((each) => wrong.some(({ name }) => partOf(name) === each));
    mark(wrong.filter(({ name }) => before.includes(partOf(name))));
    show(first || part, !first);
    if (first) tell(first, wrong.filter(({ name }) => partOf(name) === first));
  }

  // Where nobody answers one goes on: saving asks everything again.
  async function wrongSoFar() {
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer.json().catch(() => []) : [];
  }

  // --- what is wrong, at its field and above them --------------------------------------------------
  const placeOf = (field) => field.closest(".field, .child, fieldset") || field;
  const controlOf = (field) => field.tomselect?.control_input || field;

  function clear() {
    for (const summary of form.querySelectorAll("[data-part] > .faults")) summary.remove();
    for (const place of form.querySelectorAll("[data-part] .wrong")) place.classList.remove("wrong");
    for (const fault of form.querySelectorAll("[data-part] .fault")) fault.remove();
    for (const field of form.querySelectorAll("[data-part] [aria-invalid]")) field.removeAttribute("aria-invalid");
  }

  function mark(wrong) {
    clear();
    for (const { name, fault } of wrong) {
      const field = document.getElementById(prefix + name);
      const line = document.createElement("div");
      line.className = "fault";
      line.id = `${field.id}-fault`;
      line.append(signOf("wrong"), fault);
      placeOf(field).append(line);
      placeOf(field).classList.add("wrong");
      controlOf(field).setAttribute("aria-invalid", "true");
      controlOf(field).setAttribute("aria-describedby", line.id);
    }
  }

  function tell(part, wrong) {
    const summary = document.createElement("div");
    summary.className = "alert alert-danger faults";
    summary.setAttribute("role", "alert");
    summary.tabIndex = -1;
    const within = summary.appendChild(document.createElement("div"));
    within.appendChild(document.createElement("strong")).textContent = bar.dataset.firstSaid;
    const list = within.appendChild(document.createElement("ul"));
    for (const { name, label, fault } of wrong) {
      const line = list.appendChild(document.createElement("li"));
      const link = line.appendChild(document.createElement("a"));
      link.href = `#${prefix}${name}`;
      link.textContent = label;
      line.append(bar.dataset.colon + fault);
    }
    summary.prepend(signOf("wrong"));
    part.prepend(summary);
    summary.focus();
  }

  // --- by mouse and keyboard -----------------------------------------------------------------------
  back?.addEventListener("click", () => show(there()[there().indexOf(now) - 1], true));
  next?.addEventListener("click", () => goTo(there()[there().indexOf(now) + 1]));

  // Enter, and Ctrl with S, go on where there is more to come.
  form.addEventListener("submit", (event) => {
    if (!isSteps || next.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    goTo(there()[there().indexOf(now) + 1]);
  }, true);

  holder.addEventListener("keydown", (event) => {
    const shown = there();
    const place = { ArrowRight: shown.indexOf(now) + 1, ArrowLeft: shown.indexOf(now) - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (isSteps || place === undefined) return;
    event.preventDefault();
    show(shown.at(place % shown.length));
    ways.get(now).focus();
  });

  // A link to a field leads to the part in which it stands; a relation's field is drawn by another element.
  document.addEventListener("click", (event) => {
    const field = document.getElementById(event.target.closest("a[href^='#']")?.hash.slice(1));
    const part = field?.closest("[data-part]");
    if (!parts.includes(part)) return;
    show(part);
    if (!field.tomselect) return;
    event.preventDefault();
    field.tomselect.focus();
  });
  document.addEventListener("change", (event) => event.target.form === form && draw());
  document.addEventListener("click", (event) => event.target.closest("[data-propose]") && draw());

  form.classList.add("laid-out");
  const at = form.elements["part.at"].value;
  show(parts.find(wrongIn) || there().find((part) => part.dataset.part === at) || there()[0]);
})();
