// What every page does: refusals get the focus, done things are told for ten seconds.

const TEN_SECONDS = 10_000;

function show(root) {
  const told = root.querySelector("[data-told]");
  if (!told) return;
  const name = told.dataset.field;
  const input = name && document.getElementById(`f-${name}`);
  if (input) {
    input.setAttribute("aria-invalid", "true");
    const hint = document.getElementById(`h-${name}`);
    if (hint) {
      hint.textContent = told.querySelector("p").textContent.trim();
      hint.classList.replace("faint", "errw");
    }
  }
  told.focus();
}

function tell(toast) {
  toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
  if (toast.dataset.toast === "stays") return;
  let timer = setTimeout(() => toast.remove(), TEN_SECONDS);
  const wait = () => clearTimeout(timer);
  const go = () => { timer = setTimeout(() => toast.remove(), TEN_SECONDS); };
  for (const on of ["mouseenter", "focusin"]) toast.addEventListener(on, wait);
  for (const on of ["mouseleave", "focusout"]) toast.addEventListener(on, go);
}

function start(root) {
  for (const toast of root.querySelectorAll("[data-toast]:not([data-on])")) {
    toast.dataset.on = "1";
    tell(toast);
  }
  root.querySelector("[data-focus]")?.focus();
}

document.addEventListener("htmx:configRequest", (event) => {
  const slot = event.detail.elt.closest("form")?.querySelector("[data-slot]");
  if (slot?.id) event.detail.headers["X-Refusal-At"] = slot.id;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.target;
  start(document);
  if (root.closest?.(".slot") || root.classList?.contains("slot")) show(root);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest("form");
  for (const slot of form ? form.querySelectorAll("[data-slot]") : []) slot.replaceChildren();
  document.getElementById("refusal")?.replaceChildren();
});

document.addEventListener("htmx:sendError", () => {
  const slot = document.getElementById("refusal");
  if (slot) slot.textContent = document.body.dataset.offline || "";
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.who[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.who[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

start(document);
show(document);
