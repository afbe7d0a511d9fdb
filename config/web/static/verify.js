// Adds to the plain forms of verification: a mistyped code is told at once, and a file is first only fingerprinted,
// so that it need not leave the device. Without this script both forms work by themselves.
"use strict";
(() => {
  const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
  const ALLOWED = /^[0-9A-HJKMNP-TV-Z]{13}$/;
  const read = (text) => text.split("/l/").pop().toUpperCase()
    .replace(/[IL]/g, "1").replace(/O/g, "0").replace(/[\s._\u2010-\u2014\u2212-]/g, "");

  function right(code) { // ISO/IEC 7064, MOD 37-2
    let total = 0;
    for (const sign of code) total = (total * 2 + SIGNS.indexOf(sign)) % 37;
    return ALLOWED.test(code) && total === 1;
  }

  function tell(form, text, kind) {
    const told = form.querySelector("[data-told]");
    told.textContent = text;
    told.className = "check__told" + (kind ? " check__told--" + kind : "");
  }

  function watchCode(form) {
    const field = form.elements.code;
    const wrong = () => { field.setAttribute("aria-invalid", "true"); tell(form, form.dataset.wrong, "wrong"); };
    field.addEventListener("input", () => {
      const code = read(field.value);
      field.removeAttribute("aria-invalid");
      if (right(code)) tell(form, form.dataset.right, "right");
      else if (code.length >= 13) wrong();
      else tell(form, "", "");
    });
    form.addEventListener("submit", (event) => {
      if (right(read(field.value))) return;
      event.preventDefault();
      wrong();
      field.focus();
    });
  }

  const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

  async function digest(file) {
    return hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  }

  async function askFor(form, file) {
    const address = form.action + "/digest/" + (await digest(file));
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "omit" });
    if (!answer.ok) throw new Error("status " + answer.status);
    return (await answer.json()).register_code ? address : null;
  }

  function watchFile(form) {
    const field = form.elements.file, button = form.querySelector("button"), label = button.textContent;
    let asked = null; // the file that the register does not know: only this one may be sent
    const offer = (file, text) => { asked = file; button.textContent = form.dataset.send; tell(form, text, ""); };

    const check = async () => {
      const file = field.files[0], words = form.dataset;
      asked = null;
      button.textContent = label;
      if (!file) return tell(form, words.missing, "wrong");
      if (file.size === 0) return tell(form, words.empty, "wrong");
      if (file.size > Number(words.limit)) return tell(form, words.large, "wrong");
      tell(form, words.reading, "");
      let known = null;
      try {
        known = await askFor(form, file);
      } catch {
        if (field.files[0] === file) offer(file, words.failed);
        return undefined;
      }
      if (field.files[0] !== file) return undefined;
      if (known) location.assign(known);
      else offer(file, words.unknown);
      return undefined;
    };

    field.addEventListener("change", check);
    form.addEventListener("submit", (event) => {
      if (asked && asked === field.files[0]) return;
      event.preventDefault();
      check();
    });
    const zone = form.querySelector("[data-drop]");
    for (const kind of ["dragover", "dragenter"]) {
      zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("drop--over"); });
    }
    zone.addEventListener("dragleave", () => zone.classList.remove("drop--over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("drop--over");
      if (event.dataTransfer.files.length === 0) return;
      field.files = event.dataTransfer.files;
      check();
    });
    form.querySelector("[data-without-script]").hidden = true;
    form.querySelector("[data-with-script]").hidden = false;
  }

  document.querySelectorAll("[data-check-code]").forEach(watchCode);
  if (window.crypto && crypto.subtle) document.querySelectorAll("[data-check-file]").forEach(watchFile);
})();
