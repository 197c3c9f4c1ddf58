// How far a job is: asked again after as long as the answer says (core/jobs/table.py), and only while it is looked at.
"use strict";
(() => {
  const part = () => document.querySelector("[data-again]");
  function ask() {
    if (document.hidden) return document.addEventListener("visibilitychange", ask, { once: true });
    htmx.ajax("GET", part().dataset.address, { target: part(), swap: "outerHTML" }).then(later, later);
  }
  function later() {
    if (part()) return setTimeout(ask, part().dataset.again * 1000);
    document.querySelector("[data-while-it-runs]")?.remove(); // it is over: there is nothing to cancel
  }
  later();
})();
