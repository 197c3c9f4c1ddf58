// The pages of rights: print, and verbs that follow the register.
"use strict";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-asks-again]");
  if (form && event.target.name === form.dataset.asksAgain) {
    form.elements.verb.value = "";
    form.requestSubmit();
  }
});
