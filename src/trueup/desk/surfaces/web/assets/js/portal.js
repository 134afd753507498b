// The portal: a field that answers, files with their size told at once and progress while sending.

// -- the one question ---------------------------------------------------------------------------

function hits() {
  return [...document.querySelectorAll("#answers .hit")];
}

function move(from, by) {
  const all = hits();
  const next = all[all.indexOf(from) + by];
  if (next) next.focus();
  else if (by < 0) document.querySelector("[data-ask]").focus();
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-ask]");
  const hit = event.target.closest?.("#answers .hit");
  if (!field && !hit) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(hit ?? undefined, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    const ask = document.querySelector("[data-ask]");
    ask.value = "";
    document.getElementById("answers").replaceChildren();
    ask.closest(".bigsearch").classList.add("idle");
    ask.focus();
  } else if (event.key === "Enter" && field && hits().length) {
    event.preventDefault();
    location.href = hits().at(-1).href;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "answers") return;
  const box = document.querySelector("[data-ask]")?.closest(".bigsearch");
  box?.classList.toggle("idle", !hits().length);
});

// -- files ----------------------------------------------------------------------------------------

const MEGABYTE = 1024 * 1024;

function size(bytes) {
  const lang = document.documentElement.lang;
  const amount = bytes < MEGABYTE ? Math.max(1, Math.round(bytes / 1024)) : bytes / MEGABYTE;
  const unit = bytes < MEGABYTE ? "kB" : "MB";
  return `${amount.toLocaleString(lang, { maximumFractionDigits: 1 })} ${unit}`;
}

function keep(input, files) {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  input.files = held.files;
}

function line(box, input, file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = `${file.name}, ${size(file.size)}`;
  const out = document.createElement("button");
  out.type = "button";
  out.className = "linklike";
  out.textContent = box.dataset.remove;
  out.addEventListener("click", () => {
    keep(input, [...input.files].filter((one) => one !== file));
    list(box);
    input.focus();
  });
  item.append(name, " ", out);
  return item;
}

function list(box) {
  const input = box.querySelector("input[type=file]");
  box.querySelector(".picked").replaceChildren(
    ...[...input.files].map((file) => line(box, input, file)),
  );
}

function choose(box) {
  const input = box.querySelector("input[type=file]");
  const most = Number(box.dataset.most);
  const large = [...input.files].filter((file) => file.size > most);
  const hint = box.querySelector(".hint");
  hint.textContent = large.map((file) => `“${file.name}” ${box.dataset.tooLarge}.`).join(" ");
  hint.classList.toggle("errw", large.length > 0);
  if (large.length) keep(input, [...input.files].filter((file) => file.size <= most));
  list(box);
}

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-files]");
  if (box && event.target.type === "file") choose(box);
});

// -- sending with progress; without files, or without scripts, the browser sends the form itself -----

function show(form, answer) {
  const fresh = new DOMParser().parseFromString(answer, "text/html").getElementById("main");
  if (!fresh) return location.reload();
  document.getElementById("main").replaceWith(document.adoptNode(fresh));
  window.htmx?.process(fresh);
  fresh.querySelector("[data-told]")?.focus();
}

function send(form, button) {
  const bar = form.querySelector("progress");
  const call = new XMLHttpRequest();
  call.open("POST", form.action);
  call.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  call.addEventListener("load", () => {
    const path = new URL(call.responseURL).pathname;
    if (call.status < 400 && path !== new URL(form.action).pathname) location.href = call.responseURL;
    else show(form, call.responseText);
  });
  call.addEventListener("error", () => {
    bar.hidden = true;
    button.disabled = false;
    form.querySelector(".filebox .hint").textContent = document.body.dataset.offline;
  });
  bar.hidden = false;
  button.disabled = true;
  call.send(new FormData(form));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-report]");
  const input = form?.querySelector("input[type=file]");
  if (!input?.files.length) return;
  event.preventDefault();
  send(form, event.submitter ?? form.querySelector("button"));
});

// -- one click from a mail: the step named in the link is sent once, by a form of this page -------

const wanted = document.querySelector("form[data-wanted]");
if (wanted) wanted.querySelector(`[name=csat][value="${CSS.escape(wanted.dataset.wanted)}"]`)?.click();

// -- drafts: what was typed waits in this tab until it was really sent ------------------------------

const SENT = "draft-sent";

function slot(field) {
  return `draft:${location.pathname}:${field.name}`;
}

function drafts() {
  return document.querySelectorAll("[data-report] textarea, [data-report] input[name=title]");
}

const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
if (sent.length && !document.querySelector("[data-told], input[type=password]")) {
  sent.forEach((key) => sessionStorage.removeItem(key));
  sessionStorage.removeItem(SENT);
}
for (const field of drafts()) {
  if (!field.value) field.value = sessionStorage.getItem(slot(field)) ?? "";
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.closest?.("[data-report]") || !field.matches("textarea, input[name=title]")) return;
  if (field.value) sessionStorage.setItem(slot(field), field.value);
  else sessionStorage.removeItem(slot(field));
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-report]")) return;
  sessionStorage.setItem(SENT, JSON.stringify([...drafts()].map(slot)));
});
