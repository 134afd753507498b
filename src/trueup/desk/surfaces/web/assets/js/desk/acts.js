// Verbs in dialogs: a form is fetched into the dialog, a refusal stays in it, a success closes it.

let opener = "";

const nameOf = (node) =>
  node?.dataset?.verb ? `[data-verb="${node.dataset.verb}"]` : node?.id ? `#${node.id}` : "";

document.addEventListener("htmx:beforeRequest", (event) => {
  const asked = event.detail.elt;
  if (event.detail.target.closest?.("dialog")) opener = nameOf(asked);
  const menu = asked.closest?.("details.drop");
  if (menu) menu.open = false;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const place = event.detail.target;
  const dialog = place.closest?.("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  if (!dialog && !place.querySelector?.(".actform")) return;
  const first =
    place.querySelector("[data-told], .notice[role=alert]") ??
    place.querySelector("[aria-invalid=true]") ??
    place.querySelector("textarea, select, input:not([type=hidden])");
  first?.focus();
});

// After an act the focus goes back to where it was, or to the likely next step; never to the top.
document.addEventListener("trueup:done", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  const back = (opener && document.querySelector(opener)) || document.querySelector("[data-next]");
  opener = "";
  back?.focus({ preventScroll: true });
});

// A dialog that a key opened and nothing came of: the focus goes to what the key stands for.
document.addEventListener(
  "close",
  (event) => {
    const now = document.activeElement;
    const lost = now === document.body || event.target.contains(now);
    if (event.target.id !== "act" || !opener || !lost) return;
    const from = document.querySelector(opener);
    const folded = from?.closest("details:not([open])");
    (folded?.querySelector("summary") ?? from)?.focus({ preventScroll: true });
  },
  true,
);

document.addEventListener("click", (event) => {
  const closes = event.target.closest?.("[data-close]");
  if (closes?.closest("dialog")) {
    event.preventDefault();
    closes.closest("dialog").close();
  }
  const opens = event.target.closest?.("[data-opens]");
  if (opens) {
    event.preventDefault();
    document.getElementById(opens.dataset.opens)?.showModal();
  }
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
