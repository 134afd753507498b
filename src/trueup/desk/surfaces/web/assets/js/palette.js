// Find or do: one field over verbs, places and records; the server knows what there is.

const PAUSE = 120;
let opener = null;
let timer = 0;
let asking = null;
let shownFor = null;
let early = null; // what was typed while the palette was on its way

const dialog = () => document.getElementById("palette");
const field = () => dialog().querySelector("[role=combobox]");
const list = () => dialog().querySelector("[role=listbox]");
const options = () => [...list().querySelectorAll("[role=option]")];
const chosen = () => list().querySelector("[aria-selected=true]");

function address(text, whole) {
  const query = new URLSearchParams({ q: text });
  const record = document.querySelector("[data-record]")?.dataset.record;
  if (record) query.set("record", record);
  if (whole) query.set("whole", "1");
  return `/palette?${query}`;
}

async function show() {
  if (early !== null || dialog()?.open) return;
  opener = document.activeElement;
  early = "";
  try {
    if (!dialog()) await fetchDialog();
  } finally {
    const typed = early;
    early = null;
    if (dialog()) begin(typed);
  }
}

async function fetchDialog() {
  const answer = await fetch(address("", true), { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  document.body.insertAdjacentHTML("beforeend", await answer.text());
  wire();
}

function begin(typed) {
  dialog().showModal();
  field().value = typed;
  field().focus();
  search(typed);
}

document.addEventListener(
  "keydown",
  (event) => {
    if (early === null || event.key.length > 1 || event.ctrlKey || event.metaKey) return;
    early += event.key;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) {
    field().removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  field().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  choose(all[(at + by + all.length) % all.length]);
}

async function search(text) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address(text), {
      headers: { "HX-Request": "true" },
      signal: asking.signal,
    });
    if (!answer.ok) return;
    list().innerHTML = await answer.text();
    shownFor = text;
    choose(options()[0]);
    const count = dialog().querySelector("[data-count]");
    count.textContent = count.dataset.count.replace("{n}", String(options().length));
  } catch (problem) {
    if (problem.name !== "AbortError") throw problem;
  }
}

function act(option) {
  if (!option) return;
  dialog().close();
  const here = option.dataset.verb && document.querySelector(`[data-verb="${option.dataset.verb}"]`);
  if (here) here.click();
  else location.assign(option.dataset.href);
}

// Enter never means what the list showed for an earlier word.
async function decide() {
  if (shownFor !== field().value) {
    clearTimeout(timer);
    await search(field().value);
  }
  act(chosen());
}

function onKey(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) {
    step(moves[event.key]);
  } else if (event.key === "Home" || event.key === "End") {
    choose(options().at(event.key === "Home" ? 0 : -1));
  } else if (event.key === "Enter") {
    decide();
  } else {
    return;
  }
  event.preventDefault();
}

function wire() {
  field().addEventListener("keydown", onKey);
  field().addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(field().value), PAUSE);
  });
  list().addEventListener("click", (event) => act(event.target.closest("[role=option]")));
  list().addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  dialog().addEventListener("close", () => opener?.focus?.());
  dialog().addEventListener("click", (event) => {
    if (event.target === dialog()) dialog().close();
  });
}

document.addEventListener("keydown", (event) => {
  const asked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!asked || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  show();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-palette], button.palette")) show();
});
