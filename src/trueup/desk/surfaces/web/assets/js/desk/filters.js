// Filters above a list: one opened is fetched with its choices; choosing sends the form at once.

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-filters]");
  if (form && event.target.tagName === "SELECT") form.requestSubmit();
});

let opened = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  const chip = event.detail.target;
  opened = chip.matches?.("[data-chip]") ? chip.querySelector("input").name : "";
});

document.addEventListener("htmx:afterSettle", () => {
  const list = opened && document.querySelector(`[data-chip] select[name="${opened}"]`);
  opened = "";
  if (!list) return;
  list.focus();
  try {
    list.showPicker?.();
  } catch {
    // The browser wants a fresh press for it: the list has the focus and opens with one key.
  }
});
