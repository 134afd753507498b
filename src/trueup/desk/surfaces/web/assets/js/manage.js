// The evidence drawer keeps its place on the page, and Esc closes it.
document.addEventListener("keydown", (event) => {
  const drawer = document.querySelector("[data-drawer]");
  if (event.key !== "Escape" || !drawer?.contains(document.activeElement)) return;
  document.querySelector("h1")?.scrollIntoView();
  document.getElementById("main")?.focus({ preventScroll: true });
});
