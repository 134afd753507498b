// Chosen rows and the bar that acts on them.
import { focusRow, openDialog } from "../keys.js";

const boxes = () => [...document.querySelectorAll("[data-pick]")];

function refresh() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const on = boxes().filter((box) => box.checked);
  for (const box of boxes()) box.closest("[data-row]").classList.toggle("sel", box.checked);
  bar.hidden = on.length === 0;
  const count = bar.querySelector("[data-count]");
  const words = on.length === 1 ? count.dataset.one : count.dataset.count;
  count.textContent = words.replace("{n}", String(on.length));
}

function clear() {
  for (const box of boxes()) box.checked = false;
  refresh();
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-pick]")) refresh();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-clear]")) clear();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !openDialog() && boxes().some((box) => box.checked)) clear();
});

// A list that was fetched again keeps the row one stood on and what was chosen.
let stood = "";
let chosen = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "queue") return;
  stood = document.querySelector("[data-row].focus")?.id ?? "";
  chosen = boxes().filter((box) => box.checked).map((box) => box.value);
});

document.addEventListener("htmx:afterSettle", () => {
  for (const box of boxes()) if (chosen.includes(box.value)) box.checked = true;
  chosen = [];
  const row = stood && document.getElementById(stood);
  if (row) focusRow(row);
  stood = "";
  refresh();
});

// The view one is in shows, however narrow the window.
document
  .querySelector(".views [aria-current]")
  ?.scrollIntoView({ block: "nearest", inline: "center" });

refresh();
