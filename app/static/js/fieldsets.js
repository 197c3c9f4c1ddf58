// Parts of a long form or record: folded ones stay folded for the person (core/fieldsets.py), a jump opens what it leads to.
"use strict";
(() => {
  const within = document.querySelector("[data-parts]");
  const parts = [...within.querySelectorAll("details[data-part]")];
  // A part that is open because something in it is wrong is not opened for good.
  const left = new Set(parts.filter((part) => !part.open).map((part) => part.dataset.part));

  function keep() {
    const body = new FormData();
    body.set("csrf_token", document.querySelector("meta[name=csrf-token]").content);
    body.set("folded", [...left].join(","));
    fetch(`/${within.dataset.parts}/layout`, { method: "POST", body }).catch(() => null);
  }

  for (const part of parts) {
    part.querySelector("summary").addEventListener("click", () => {
      if (part.open) left.add(part.dataset.part);
      else left.delete(part.dataset.part);
      keep();
    });
  }

  document.addEventListener("click", (event) => {
    const id = event.target.closest("a[href^='#']")?.getAttribute("href").slice(1);
    const part = id && document.getElementById(id)?.closest("details[data-part]");
    if (part) part.open = true;
  });

  // Which part is looked at, in the list beside.
  const links = new Map([...document.querySelectorAll(".with-jumps .jumps a")].map((link) => [link.hash.slice(1), link]));
  if (!links.size) return;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.target.dataset.seen = entry.isIntersecting ? "1" : "";
    const first = parts.find((part) => part.dataset.seen);
    for (const [id, link] of links) id === first?.id ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }, { rootMargin: "-80px 0px -40% 0px" });
  parts.forEach((part) => seen.observe(part));
})();
