// The bell: how many notices are new, asked once the page stands and then once a minute while it is looked at.
"use strict";

(() => {
  const bell = document.querySelector("[data-bell]");
  const button = bell.querySelector("[data-bell-button]");
  const count = bell.querySelector("[data-bell-count]");
  const panel = bell.querySelector("[data-bell-panel]");
  const EVERY = 60000;
  const KEY = `bell-${document.querySelector(".person-roles").firstChild.textContent}`;

  function tell(number) {
    count.hidden = !number;
    count.textContent = number > 99 ? "99+" : number;
  }

  // What another page of this window has asked within half a minute is not asked again.
  const kept = () => JSON.parse(sessionStorage.getItem(KEY) || "null") || { at: 0, unseen: 0 };

  async function ask() {
    if (document.visibilityState !== "visible" || Date.now() - kept().at < EVERY / 2) return;
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept(), at: Date.now() }));
    const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.status === 401) document.querySelector("[data-session-over]").hidden = false;
    if (!answer?.ok) return;
    const { unseen } = await answer.json();
    sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), unseen }));
    tell(unseen);
  }

  if (document.querySelector("main [data-notices]")) sessionStorage.removeItem(KEY); // something was seen here
  tell(kept().unseen);
  const soon = window.requestIdleCallback || ((work) => setTimeout(work, 300));
  soon(ask);
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);

  // --- the list, in a panel below the bell; without script the bell leads to its page ---
  const shut = () => {
    panel.hidden = true;
    button.setAttribute("aria-expanded", false);
  };
  button.setAttribute("aria-expanded", false);
  button.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!panel.hidden) return shut();
    const answer = await fetch(bell.dataset.panel).catch(() => null);
    if (!answer?.ok) return location.assign(button.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-notices]");
    if (!part) return location.assign(button.href);
    panel.replaceChildren(part);
    panel.hidden = false;
    button.setAttribute("aria-expanded", true);
    sessionStorage.removeItem(KEY);
    panel.querySelector("button, a")?.focus();
  });
  document.addEventListener("click", (event) => !bell.contains(event.target) && shut());
  bell.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    shut();
    button.focus();
  });
})();
