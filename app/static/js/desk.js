// The front desk: the cursor waits in the phone's field, and Enter goes on to the next field.
"use strict";

const desk = document.querySelector("form.desk");
if (!desk.querySelector(".faults")) document.getElementById("f-phone")?.focus();
desk.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.matches("textarea, button, [role=combobox]")) return;
  event.preventDefault();
  const fields = [...desk.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter((each) => each.offsetParent);
  fields[fields.indexOf(event.target) + 1]?.focus();
});
