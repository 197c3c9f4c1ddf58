// A list over the whole window: menu, top bar and heading step aside. Kept in this browser, list by list;
// read before the first paint. Escape brings them back, once nothing else is open that it would shut.
"use strict";
(() => {
  const page = document.documentElement;
  const key = `whole:${location.pathname}`;
  const OPEN = "details.drop[open], details.person[open], dialog[open], td.editing, .menu-open, .dropdown-active";

  function tell() {
    const button = document.querySelector("[data-whole-button]");
    if (!button) return;
    const whole = "whole" in page.dataset;
    button.setAttribute("aria-pressed", whole);
    button.title = whole ? button.dataset.leave : button.dataset.enter;
  }

  function turn(on) {
    if (on) page.dataset.whole = "";
    else delete page.dataset.whole;
    if (on) localStorage.setItem(key, "1");
    else localStorage.removeItem(key);
    tell();
  }

  if (localStorage.getItem(key)) page.dataset.whole = "";
  addEventListener("DOMContentLoaded", tell);
  document.addEventListener("htmx:afterSwap", tell);
  document.addEventListener("click", (event) => event.target.closest("[data-whole-button]") && turn(!("whole" in page.dataset)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !("whole" in page.dataset)) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select") || document.querySelector(OPEN)) return;
    turn(false);
  }, true); // before what is open is shut by the same key
})();
