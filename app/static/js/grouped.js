// Phones, identity numbers and amounts are grouped while one types: 138 0013 8000, 110105 19491231 002X, 35,000.
// What is sent is what stands there without the gaps that were put in here (the server takes either); what does
// not look like one, or has signs that somebody typed into it, is left as it is.
"use strict";
(() => {
  const thousands = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const KINDS = {
    phone: {
      gaps: / /g,
      fits: (text) => /^1[3-9]\d{0,9}$/.test(text),
      grouped: (text) => [text.slice(0, 3), text.slice(3, 7), text.slice(7)].filter(Boolean).join(" "),
    },
    identity: {
      gaps: / /g,
      fits: (text) => /^\d{0,17}[\dXx]?$/.test(text),
      grouped: (text) => [text.slice(0, 6), text.slice(6, 14), text.slice(14)].filter(Boolean).join(" "),
    },
    money: {
      gaps: /,/g,
      fits: (text) => /^\d+(\.\d*)?$/.test(text),
      grouped: (text) => text.replace(/^\d+/, thousands),
    },
  };
  //: fields that have gaps which were put in here
  const ours = new WeakSet();
  const kindOf = (field) => KINDS[field.dataset?.grouped];

  function plain(field) {
    const kind = kindOf(field);
    const text = field.value.replace(kind.gaps, "");
    return kind.fits(text) && kind.grouped(text) === field.value ? text : field.value;
  }

  function group(field) {
    const kind = kindOf(field);
    const text = field.value.replace(kind.gaps, "");
    if (!kind.fits(text) && !ours.has(field)) return;
    const shown = kind.fits(text) ? kind.grouped(text) : text;
    shown === text ? ours.delete(field) : ours.add(field);
    if (shown === field.value) return;
    const here = document.activeElement === field ? field.selectionStart : null;
    const signs = here === null ? 0 : field.value.slice(0, here).replace(kind.gaps, "").length;
    field.value = shown;
    if (here === null) return;
    let place = 0;
    for (let seen = 0; seen < signs; place += 1) if (!shown[place].match(kind.gaps)) seen += 1;
    field.setSelectionRange(place, place);
  }

  // A comma that somebody types may be meant for a point: from then on the amount is theirs, until it is emptied.
  function isTheirs(field, event) {
    if (field.dataset.grouped !== "money" || !field.value) delete field.dataset.theirs;
    else if (/[,，]/.test(event.data || "")) field.dataset.theirs = "1";
    else if (!event.inputType || /Paste|Drop|Replace/.test(event.inputType)) {
      const text = field.value.replace(/,/g, "");
      if (field.value !== text && thousands(text.split(".")[0]) !== field.value.split(".")[0]) field.dataset.theirs = "1";
    }
    return Boolean(field.dataset.theirs);
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (kindOf(field) && !event.isComposing && !isTheirs(field, event)) group(field);
  });

  // A gap is no sign: who deletes one means the sign beyond it.
  document.addEventListener("beforeinput", (event) => {
    const field = event.target;
    if (!kindOf(field) || !ours.has(field) || field.selectionStart !== field.selectionEnd) return;
    const place = field.selectionStart;
    const isGap = (sign) => Boolean(sign?.match(kindOf(field).gaps));
    if (event.inputType === "deleteContentBackward" && isGap(field.value[place - 1])) field.setSelectionRange(place - 1, place - 1);
    if (event.inputType === "deleteContentForward" && isGap(field.value[place])) field.setSelectionRange(place + 1, place + 1);
  });

  // What stands in a form from the start looks as it does once it is changed.
  function begin(field) {
    if (!kindOf(field) || field.value !== field.defaultValue) return;
    const was = field.value;
    const whole = document.activeElement === field && field.selectionEnd - field.selectionStart === was.length;
    group(field);
    if (field.value === was) return;
    field.defaultValue = field.value;
    if (whole) field.select(); // whoever came by Tab goes on typing over all of it
  }
  const beginAll = (within) => within.querySelectorAll("input[data-grouped]").forEach(begin);
  beginAll(document);
  document.addEventListener("htmx:load", (event) => beginAll(event.detail.elt));
  document.addEventListener("focusin", (event) => begin(event.target));

  document.addEventListener("formdata", (event) => {
    for (const field of event.target.elements) {
      if (kindOf(field) && field.name && !field.disabled) event.formData.set(field.name, plain(field));
    }
  });
})();
