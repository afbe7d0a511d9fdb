// Looks again while a report is being signed. Without this script a link does the same.
"use strict";
(() => {
  const part = document.querySelector("[data-part]");
  async function look() {
    if (!part || !part.querySelector("[data-waiting]")) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "omit" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
      if (answer.ok && found && !found.querySelector("[data-waiting]")) part.replaceChildren(...found.childNodes);
    } catch { /* the next time */ }
    setTimeout(look, 2000);
  }
  setTimeout(look, 1000);
})();
