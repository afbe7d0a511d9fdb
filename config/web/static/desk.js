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
