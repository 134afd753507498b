// On a phone #main scrolls in place of the window. What a browser does for its window by itself is
// done here: keys scroll it from wherever the focus stands, and one comes back to the same place.
import { isTyping, openDialog } from "./keys.js";

const KEPT = "trueup.tops";
const MOST = 60;
const LINE = 40;
const STEPS = {
  ArrowDown: () => LINE,
  ArrowUp: () => -LINE,
  PageDown: (page) => page,
  PageUp: (page) => -page,
  Home: (page, all) => -all,
  End: (page, all) => all,
};

function box() {
  const main = document.getElementById("main");
  return main && getComputedStyle(main).overflowY === "auto" ? main : null;
}

function step(event, main) {
  const page = 0.9 * main.clientHeight;
  if (event.key !== " ") return STEPS[event.key]?.(page, main.scrollHeight) ?? 0;
  if (event.target.closest("button, summary, input")) return 0;
  return event.shiftKey ? -page : page;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (openDialog() || isTyping(event.target)) return;
  const main = box();
  if (!main || main.contains(event.target)) return;
  const by = step(event, main);
  if (!by) return;
  main.scrollBy({ top: by });
  event.preventDefault();
});

const here = () => location.pathname + location.search;
const tops = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");

addEventListener("pagehide", () => {
  const main = box();
  if (!main) return;
  const { [here()]: _, ...others } = tops();
  const kept = [...Object.entries(others), [here(), main.scrollTop]].slice(-MOST);
  sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(kept)));
});

const [came] = performance.getEntriesByType("navigation");
if (came?.type === "back_forward" || came?.type === "reload") {
  box()?.scrollTo({ top: tops()[here()] ?? 0, behavior: "instant" });
}
