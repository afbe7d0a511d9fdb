// Questions that only some answers make necessary are hidden until then. Without this script they stand there, with a hint.
for (const form of document.querySelectorAll("form[data-conditional]")) {
  const parts = [...form.querySelectorAll("[data-shown-when]")];
  const show = () => {
    const given = new FormData(form);
    for (const part of parts) {
      const wanted = Object.entries(JSON.parse(part.dataset.shownWhen));
      part.hidden = !wanted.every(([name, value]) => given.get(name) === String(value));
    }
  };
  if (parts.length) {
    form.addEventListener("change", show);
    show();
  }
}
document.getElementById("error-summary")?.focus();
