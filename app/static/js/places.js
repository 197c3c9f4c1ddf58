// What a layout prints, and in which order: ticked, and moved up and down. Without this each has a number to type.
"use strict";
(() => {
  const ways = document.getElementById("place-ways").content;
  const told = document.getElementById("place-told");
  const numberOf = (line) => line.querySelector("input[type=hidden]");

  function made(label) {
    const line = document.createElement("div");
    line.className = "print-place";
    label.before(line);
    const number = label.querySelector("input");
    number.type = "hidden";
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", className: "form-check-input", checked: Boolean(number.value) });
    label.prepend(tick);
    line.append(label, ways.cloneNode(true));
    for (const way of line.querySelectorAll("button")) way.setAttribute("aria-label", `${way.title} ${label.textContent.trim()}`);
    return line;
  }

  function prepare(places) {
    const lines = [...places.querySelectorAll("label")].map(made);
    const chosen = Object.assign(document.createElement("div"), { className: "places-chosen" });
    const rest = Object.assign(document.createElement("div"), { className: "places-rest" });
    const isChosen = (line) => line.parentElement === chosen;
    lines.filter((line) => numberOf(line).value).sort((a, b) => numberOf(a).value - numberOf(b).value).forEach((line) => chosen.append(line));
    rest.append(...lines.filter((line) => !isChosen(line)));
    places.replaceChildren(chosen, rest);
    places.classList.add("by-hand");
    number();

    function number() {
      for (const line of lines) numberOf(line).value = isChosen(line) ? [...chosen.children].indexOf(line) + 1 : "";
    }

    function moved(line, focused) {
      number();
      focused.focus();
      if (document.activeElement !== focused) line.querySelector("[type=checkbox]").focus(); // the arrow ends here
      told.textContent = places.dataset.movedSaid.replace("{n}", numberOf(line).value);
      line.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function step(line, by, focused) {
      const beside = by < 0 ? line.previousElementSibling : line.nextElementSibling;
      if (!beside) return;
      by < 0 ? beside.before(line) : beside.after(line);
      moved(line, focused);
    }

    places.addEventListener("change", (event) => {
      const line = event.target.closest(".print-place");
      if (event.target.checked) chosen.append(line);
      else rest.insertBefore(line, [...rest.children].find((each) => lines.indexOf(each) > lines.indexOf(line)) || null);
      number();
      event.target.focus();
    });
    places.addEventListener("click", (event) => {
      const way = event.target.closest("button");
      if (way) step(way.closest(".print-place"), Number(way.value), way);
    });
    places.addEventListener("keydown", (event) => {
      const line = event.target.closest(".places-chosen > .print-place");
      if (!line || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      step(line, event.key === "ArrowUp" ? -1 : 1, event.target);
    });
  }

  document.querySelectorAll("[data-places]").forEach(prepare);
})();
