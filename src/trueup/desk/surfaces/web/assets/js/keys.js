// Keys of a page: each stands in the markup as data-key; lists move with j and k.

const GO = {
  h: "/",
  q: "/work",
  o: "/manage",
  m: "/manage",
  f: "/manage/findings",
  p: "/portal",
};
const WAIT_FOR_SECOND = 1200;
let goUntil = 0;

export const isTyping = (node) =>
  Boolean(
    node.closest?.(
      "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])",
    ),
  );

export const singleKeysOn = () => document.body.dataset.keys !== "off";

export const openDialog = () => document.querySelector("dialog[open]");

const inView = (node) => node.checkVisibility?.() ?? node.getClientRects().length > 0;

// What is seen comes first; what a closed menu holds can be reached by its key all the same.
function reachable(selector) {
  const all = [...document.querySelectorAll(selector)];
  const seen = all.filter(inView);
  const folded = all.filter((node) => !seen.includes(node) && node.closest("details:not([open])"));
  return [...seen, ...folded];
}

// Lists

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(inView);

const current = () => document.querySelector("[data-rows] [data-row].focus");

export function focusRow(row) {
  current()?.classList.remove("focus");
  row.classList.add("focus");
  row.querySelector("[data-open]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  if (next >= 0 && next < all.length) focusRow(all[next]);
  return true;
}

let lastPicked = null;

function pick(range) {
  const row = current();
  const box = row?.querySelector("[data-pick]");
  if (!box) return false;
  const all = rows();
  const from = range && lastPicked ? all.indexOf(lastPicked) : all.indexOf(row);
  const to = all.indexOf(row);
  const on = range ? true : !box.checked;
  for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    const one = each.querySelector("[data-pick]");
    if (!one) continue;
    one.checked = on;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
  lastPicked = row;
  return true;
}

function open() {
  const link = current()?.querySelector("[data-open]");
  link?.click();
  return Boolean(link);
}

// The sheet of all keys

async function sheet() {
  let dialog = document.getElementById("keys-sheet");
  if (!dialog) {
    const answer = await fetch("/keys", { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    document.body.insertAdjacentHTML("beforeend", await answer.text());
    dialog = document.getElementById("keys-sheet");
  }
  const body = dialog?.querySelector("[data-keys-here]");
  if (!body) return;
  const here = reachable("[data-key][data-key-label]");
  body.replaceChildren(...here.map(line));
  dialog.querySelector("[data-keys-none]").hidden = here.length > 0;
  if (!dialog.open) dialog.showModal();
}

function line(node) {
  const row = document.createElement("div");
  const key = document.createElement("dt");
  const word = document.createElement("dd");
  const cap = document.createElement("kbd");
  cap.textContent = node.dataset.key;
  word.textContent = node.dataset.keyLabel;
  key.append(cap);
  row.append(key, word);
  return row;
}

// Dispatch

function go(key) {
  goUntil = 0;
  const where = GO[key];
  const known = where && (key === "h" || document.querySelector(`nav a[href="${where}"]`));
  if (known) location.assign(where);
  return Boolean(known);
}

// What has just come into the page is taken up by htmx a moment later; clicked before that, it
// would lead away instead of opening in place.
function clickOnceTaken(node, tries = 40) {
  const waits = node.matches("[hx-get], [hx-post]") && !node["htmx-internal-data"];
  if (waits && tries && node.isConnected) {
    setTimeout(() => clickOnceTaken(node, tries - 1), 25);
    return;
  }
  node.click();
}

function press(key, shift) {
  if (performance.now() < goUntil) return go(key);
  const button = reachable(`[data-key="${CSS.escape(key)}"]`)[0];
  if (button) {
    const isField = isTyping(button);
    if (isField) {
      button.focus();
      button.select?.();
    } else {
      clickOnceTaken(button);
    }
    return true;
  }
  switch (key) {
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "o":
    case "Enter":
      return open();
    case "x":
    case "X":
      return pick(shift);
    case "g":
      goUntil = performance.now() + WAIT_FOR_SECOND;
      return true;
    case "?":
      sheet();
      return true;
    default:
      return false;
  }
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!singleKeysOn() || openDialog() || isTyping(event.target)) return;
  const isControl = event.target.closest?.("a, button, summary, [role=option]");
  if (event.key === "Enter" && isControl) return;
  if (press(event.key, event.shiftKey)) event.preventDefault();
}

document.addEventListener("keydown", onKey);

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-keys-sheet]")) sheet();
});

// The pointer and the keyboard share one current row.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-rows] [data-row]");
  if (row && row !== current()) {
    current()?.classList.remove("focus");
    row.classList.add("focus");
  }
});
