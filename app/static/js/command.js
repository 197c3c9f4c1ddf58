// The command box (Ctrl-K, ⌘K): what is typed is asked of /find/; arrows choose, Enter goes, Escape shuts.
"use strict";

(() => {
  const box = document.querySelector("[data-command]");
  const field = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const told = box.querySelector("[role=status]");
  const sprite = document.querySelector(".topbar use").getAttribute("href").split("#")[0];
  let asking = null;
  let waiting = 0;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function choose(option) {
    options().forEach((each) => each.setAttribute("aria-selected", each === option));
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function drawn(name) {
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("class", "icon");
    picture.setAttribute("aria-hidden", "true");
    picture.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    picture.firstChild.setAttribute("href", `${sprite}#i-${name}`);
    return picture;
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function line(found, number) {
    const option = element("div", "");
    option.id = `found-${number}`;
    option.dataset.url = found.url;
    option.dataset.copy = found.copy;
    option.setAttribute("role", "option");
    option.append(drawn(found.icon), element("b", found.label), element("span", found.note), element("kbd", "↵"));
    return option;
  }

  function show(groups) {
    let number = 0;
    list.replaceChildren(...groups.map((group) => {
      const part = element("div", "");
      const head = element("h2", group.label);
      head.setAttribute("role", "presentation");
      part.setAttribute("role", "group");
      part.setAttribute("aria-label", group.label);
      part.append(head, ...group.lines.map((found) => line(found, number++)));
      return part;
    }));
    field.setAttribute("aria-expanded", number > 0);
    told.textContent = number || !field.value.trim() ? "" : told.dataset.none;
    choose(options()[0]);
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`/find/?q=${encodeURIComponent(field.value.trim())}`, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (!answer.ok) throw new Error(answer.status);
      show((await answer.json()).groups);
    } catch (fault) {
      if (fault.name === "AbortError") return;
      show([]);
      told.textContent = told.dataset.lost;
    }
  }

  function open() {
    if (box.open) return;
    field.value = "";
    show([]);
    box.showModal();
    field.focus();
    ask();
  }

  function token() {
    return document.querySelector("meta[name=csrf-token]").content;
  }

  // Where one goes is offered again the next time (core/opened.py); told beside the way there.
  function remember(address) {
    const body = new FormData();
    body.set("csrf_token", token());
    body.set("address", address);
    navigator.sendBeacon("/find/opened", body);
  }

  // A sum's answer goes to the clipboard, and into the field, from where it can be reckoned on with.
  async function take(answer) {
    field.value = answer;
    field.select();
    try {
      await navigator.clipboard.writeText(answer);
      told.textContent = told.dataset.copied;
    } catch {
      told.textContent = told.dataset.taken;
    }
  }

  function go(option, aside) {
    if (!option) return;
    if (option.dataset.copy) return void take(option.dataset.copy);
    remember(option.dataset.url);
    if (aside) window.open(option.dataset.url, "_blank", "noopener");
    else location.assign(option.dataset.url);
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 90);
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: event.ctrlKey ? 0 : null, End: event.ctrlKey ? -1 : null }[event.key];
    if (event.isComposing) return;
    if (to != null) {
      event.preventDefault();
      choose(all.at(to % (all.length || 1)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(all[at], event.ctrlKey || event.metaKey);
    }
  });
  list.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option.getAttribute("aria-selected") !== "true") choose(option);
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
  box.addEventListener("click", (event) => (event.target === box || event.target.closest("[data-command-close]")) && box.close());
  document.addEventListener("click", (event) => event.target.closest("[data-command-open]") && open());
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (box.open) box.close();
    else open();
  });
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) document.querySelector(".command-button kbd").textContent = "⌘K";
})();
