// From record to record in the order of the list one came from.

const KEPT = "trueup.trail";

function remember() {
  const links = [...document.querySelectorAll("#queue [data-open]")];
  if (links.length) {
    sessionStorage.setItem(KEPT, JSON.stringify(links.map((link) => new URL(link.href).pathname)));
  }
}

function link(href, key, words) {
  const made = document.createElement("a");
  const cap = document.createElement("kbd");
  cap.textContent = key;
  made.href = href;
  made.dataset.key = key;
  made.dataset.keyLabel = words;
  made.setAttribute("aria-label", words);
  made.append(cap);
  return made;
}

function place() {
  const spot = document.querySelector("[data-trail]");
  if (!spot || spot.childElementCount) return;
  const all = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  const at = all.indexOf(location.pathname);
  if (at < 0 || all.length < 2) return;
  if (at > 0) spot.append(link(all[at - 1], "k", spot.dataset.before));
  if (at < all.length - 1) spot.append(link(all[at + 1], "j", spot.dataset.after));
  const words = document.createElement("span");
  words.textContent = spot.dataset.of.replace("{at}", at + 1).replace("{all}", all.length);
  spot.append(words);
}

function both() {
  remember();
  place();
}

document.addEventListener("htmx:load", both);
both();
