// The frame: side menu (phone, narrow, shut groups), what opens and shuts, keyboard help.
"use strict";

(() => {
  const YEAR = 31536000;
  const keep = (name, value) => (document.cookie = `${name}=${value};path=/;max-age=${YEAR};samesite=lax`);
  const menu = document.getElementById("menu");
  const opener = document.querySelector("[data-menu]");

  // --- the phone's menu: over the page, shut by Escape, a tap beside it, or going on ---
  function openMenu(open) {
    document.body.classList.toggle("menu-open", open);
    opener.setAttribute("aria-expanded", open);
    if (open) menu.querySelector("[aria-current], a").focus();
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-menu]")) openMenu(!document.body.classList.contains("menu-open"));
    else if (document.body.classList.contains("menu-open") && !menu.contains(event.target)) openMenu(false);
  });

  // --- narrow, and groups that were shut: remembered in cookies, so that pages come as they were left ---
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-narrow]");
    if (!button) return;
    const narrow = document.documentElement.dataset.menu !== "narrow";
    if (narrow) document.documentElement.dataset.menu = "narrow";
    else delete document.documentElement.dataset.menu;
    button.setAttribute("aria-pressed", narrow);
    keep("menu", narrow ? "narrow" : "wide");
  });
  menu.addEventListener("toggle", () => {
    keep("shut", [...menu.querySelectorAll("[data-group]:not([open])")].map((group) => group.dataset.group).join("."));
  }, true);

  // Where the menu was scrolled to, from page to page; the page's own line is always in sight.
  const place = sessionStorage.getItem("menu-place");
  if (place) menu.scrollTop = Number(place);
  menu.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  addEventListener("pagehide", () => sessionStorage.setItem("menu-place", menu.scrollTop));

  // --- Escape shuts what is open ---
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (document.body.classList.contains("menu-open")) {
      openMenu(false);
      opener.focus();
    }
    for (const drop of document.querySelectorAll("details.drop[open], details.person[open]")) {
      drop.open = false;
      drop.querySelector("summary").focus();
    }
  });

  // --- keyboard help: a page of its own, shown in a box ---
  async function showKeys(address) {
    const answer = await fetch(address);
    if (!answer.ok) return location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const box = document.createElement("dialog");
    box.className = "keys-box";
    box.setAttribute("aria-labelledby", "keys-title");
    box.append(page.querySelector("[data-keys-list]"));
    box.addEventListener("click", (event) => (event.target === box || event.target.closest("[data-shut]")) && box.close());
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.querySelector("[data-shut]").hidden = false;
    box.showModal();
  }
  const keys = document.querySelector("a[data-keys]");
  keys.addEventListener("click", (event) => {
    event.preventDefault();
    keys.closest("details").open = false;
    showKeys(keys.href);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    showKeys(keys.href);
  });
})();
