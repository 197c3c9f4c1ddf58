// A board: a card is moved by its verbs only. Its menu, and the lane it is dropped on, open the verb's own dialog.
"use strict";
(() => {
  const every = (selector, within) => [...within.querySelectorAll(selector)];
  const stepsOf = (card) => JSON.parse(card.closest(".lane").dataset.steps);
  let dragged = null;

  // --- which verbs, and the way to their dialogs -----------------------------------------------------
  function address(card, step) {
    const board = card.closest("[data-board]");
    return `/${board.dataset.board}/${card.dataset.id}/${step.verb}?back=${encodeURIComponent(board.dataset.here)}`;
  }

  function close(menu, card) {
    menu.remove();
    card.querySelector("[data-steps-of]")?.setAttribute("aria-expanded", "false");
  }

  function offer(card, steps, at) {
    every(".lane-menu", document).forEach((menu) => menu.remove());
    const menu = document.createElement("div");
    menu.className = "lane-menu drop-menu";
    for (const step of steps) {
      const link = document.createElement("a");
      link.href = address(card, step);
      link.append(step.label);
      if (step.to_label) {
        const to = document.createElement("small");
        to.textContent = `→ ${step.to_label}`;
        link.append(to);
      }
      menu.append(link);
    }
    const button = card.querySelector("[data-steps-of]");
    button.setAttribute("aria-expanded", "true");
    menu.addEventListener("keydown", (event) => {
      const links = every("a", menu);
      const place = links.indexOf(document.activeElement);
      if (event.key === "Escape") {
        close(menu, card);
        button.focus();
      } else if (event.key === "ArrowDown") links[(place + 1) % links.length].focus();
      else if (event.key === "ArrowUp") links[(place - 1 + links.length) % links.length].focus();
      else return;
      event.preventDefault();
    });
    menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || close(menu, card));
    (at || button).after(menu);
    const box = (at || button).getBoundingClientRect();
    const size = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(at ? box.top + 40 : box.bottom + 4, innerHeight - size.height - 8))}px`;
    menu.querySelector("a").focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-steps-of]");
    if (!button || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const card = button.closest(".lane-card");
    offer(card, stepsOf(card));
  });

  // --- dragging: lanes to which no verb of this person leads are dimmed --------------------------------
  const leading = (card, lane) => stepsOf(card).filter((step) => step.to === lane.dataset.state);
  function let_go() {
    every(".lane", document).forEach((lane) => lane.classList.remove("no", "may", "over"));
    dragged?.classList.remove("dragged");
    dragged = null;
  }
  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".lane-card[draggable]");
    if (!card) return;
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector(".lane-title").textContent);
    card.classList.add("dragged");
    for (const lane of every(".lane", card.closest(".board"))) {
      if (lane !== card.closest(".lane")) lane.classList.add(leading(card, lane).length ? "may" : "no");
    }
  });
  document.addEventListener("dragover", (event) => {
    const lane = dragged && event.target.closest?.(".lane.may");
    every(".lane.over", document).forEach((each) => each !== lane && each.classList.remove("over"));
    if (!lane) return;
    event.preventDefault();
    lane.classList.add("over");
  });
  document.addEventListener("drop", (event) => {
    const lane = dragged && event.target.closest?.(".lane.may");
    if (!lane) return;
    event.preventDefault();
    const card = dragged;
    const steps = leading(card, lane);
    if (steps.length === 1) location.assign(address(card, steps[0]));
    else offer(card, steps, lane.querySelector(".lane-head"));
  });
  document.addEventListener("dragend", let_go);
})();
