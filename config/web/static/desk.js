// One box that ticks all others, where scripts run.
"use strict";
(() => {
  const said = document.currentScript?.dataset.all || document.querySelector("script[data-all]")?.dataset.all;
  const boxes = [...document.querySelectorAll("input[type=checkbox][name=document]")];
  const head = document.querySelector("th.signing__tick");
  if (boxes.length < 2 || !head) return;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", said);
  const frame = document.createElement("span");
  frame.className = "tick";
  frame.append(all);
  head.append(frame);
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
})();

// Keyboard shortcuts: never while somebody types, and they can be turned off (WCAG 2.1.4).
(() => {
  const list = document.querySelector("dialog.shortcuts");
  const opener = document.querySelector(".shortcuts-open");
  if (!list?.showModal || !opener) return;
  const KEPT = "antin.shortcuts";
  const box = list.querySelector("input");
  try { box.checked = localStorage.getItem(KEPT) !== "off"; } catch { /* no storage: on until the page is left */ }
  box.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, box.checked ? "on" : "off"); } catch { /* as above */ }
  });
  opener.hidden = false;
  opener.querySelector("button").addEventListener("click", () => list.showModal());
  const search = document.getElementById("q");
  if (search && location.hash === "#q") search.focus();
  const links = [...document.querySelectorAll(".table--compact tbody th a")];
  const step = (by) => {
    const here = links.indexOf(document.activeElement?.closest("tr")?.querySelector("th a"));
    links[here < 0 ? 0 : Math.min(Math.max(here + by, 0), links.length - 1)]?.focus();
  };
  const place = (key) => list.querySelector(`a[data-key="${key}"]`);
  const acts = {
    "?": () => list.showModal(),
    "/": () => {
      if (search) search.focus();
      else if (place("e")) location.href = `${place("e").href}#q`;
    },
    j: () => step(1),
    k: () => step(-1),
    n: () => document.querySelector(".desk-trail a[rel=next]")?.click(),
  };
  const TYPED = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
  let g = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (!box.checked || list.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(TYPED)) return;
    const after = event.timeStamp - g < 1500;
    g = event.key === "g" ? event.timeStamp : -Infinity;
    const act = after && place(event.key) ? () => place(event.key).click() : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
