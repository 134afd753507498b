// The composer: two audiences, one text, a draft that survives, and what the message still lacks.

const PAUSE = 400;
const PARTS = {
  what: /(?:[\p{L}\p{N}'’-]+[^\p{L}\p{N}]+){3,}[\p{L}\p{N}]/u,
  next: /\b(will|going to|next|now|look|check|try|move|moving|send|ask|call|replace|restart|install|test|write|hear|werde|werden|wird|schaue|prüfe|prüfen|jetzt|versuche|melde|melden|hören|ersetze|nächste\w*)\b/iu,
  who: /\b(i|we|us|our|my|team|colleague\w*|ich|wir|uns|unser\w*|kolleg\w+)\b/iu,
  when: /\b\d{1,2}[:.]\d{2}\b|\b(today|tomorrow|tonight|noon|within|until|minutes?|hours?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|next week|heute|morgen|mittag|minuten?|stunden?|uhr|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b/iu,
};

const form = () => document.querySelector("[data-composer]");
const text = () => form()?.querySelector("textarea");
const isPrivate = () => form()?.elements.audience.value === "private";

function read() {
  try {
    return JSON.parse(localStorage.getItem(form().dataset.draft));
  } catch {
    return null;
  }
}

function keep() {
  const box = form();
  if (!box) return;
  try {
    if (!text().value.trim()) {
      localStorage.removeItem(box.dataset.draft);
      return;
    }
    const draft = { audience: box.elements.audience.value, text: text().value, at: Date.now() };
    localStorage.setItem(box.dataset.draft, JSON.stringify(draft));
    kept(draft.at);
  } catch {
    // A browser that keeps nothing: the text stays in the field.
  }
}

function kept(at) {
  const place = form().querySelector("[data-kept]");
  const time = new Date(at).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  place.textContent = place.dataset.kept.replace("{time}", time);
}

function forget() {
  const box = form();
  if (!box) return;
  localStorage.removeItem(box.dataset.draft);
  text().value = "";
  box.querySelector("[data-kept]").textContent = "";
  hint();
}

function hint() {
  const place = form().querySelector("[data-parts]");
  const words = text().value;
  if (!words.trim() || isPrivate()) {
    place.textContent = "";
    return;
  }
  const missing = Object.keys(PARTS).filter((part) => !PARTS[part].test(words));
  const names = missing.map((part) => place.dataset[part]);
  place.textContent = missing.length
    ? place.dataset.missing.replace("{parts}", names.join(", "))
    : place.dataset.all;
}

let before = "public";

function dress() {
  const box = form();
  box.classList.toggle("is-private", isPrivate());
  before = box.elements.audience.value;
  hint();
}

// Words that were private go public only after a question.
function turn() {
  const goesPublic = before === "private" && !isPrivate();
  if (!goesPublic || !text().value.trim()) {
    dress();
    keep();
    return;
  }
  const question = document.getElementById("to-public");
  form().elements.audience.value = "private";
  question.returnValue = "stay";
  question.showModal();
  question.addEventListener("close", () => answered(question.returnValue), { once: true });
}

function answered(answer) {
  if (answer === "move" || answer === "empty") {
    form().elements.audience.value = "public";
    if (answer === "empty") text().value = "";
  }
  dress();
  keep();
  text().focus();
}

function audience(value) {
  const radio = form()?.querySelector(`input[name=audience][value=${value}]`);
  if (!radio) return;
  if (!radio.checked) {
    radio.checked = true;
    turn();
  }
  if (!document.querySelector("dialog[open]")) text().focus();
}

function wake() {
  const box = form();
  if (!box || box.dataset.awake) return;
  box.dataset.awake = "1";
  const draft = read();
  if (draft && !text().value) {
    text().value = draft.text;
    box.elements.audience.value = draft.audience === "private" ? "private" : "public";
    kept(draft.at);
  }
  dress();
}

let timer = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-composer] textarea")) return;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
  hint();
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-composer] input[name=audience]")) turn();
  if (event.target.matches?.("[data-composer] [data-asks]")) {
    form().querySelector("[data-until]").hidden = !event.target.checked;
  }
});

document.addEventListener("click", (event) => {
  const to = event.target.closest?.("[data-say]");
  if (to) audience(to.dataset.say);
});

document.addEventListener("keydown", (event) => {
  const sends = (event.ctrlKey || event.metaKey) && event.key === "Enter";
  if (!sends || !event.target.form) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const sent = event.detail.requestConfig?.elt?.matches?.("[data-composer]");
  if (sent && event.detail.successful) {
    clearTimeout(timer);
    forget();
    text().focus();
  }
});

// While words stand in the composer, others see that somebody writes.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "here" || !form()) return;
  event.detail.parameters.writing = text().value.trim() ? "1" : "0";
});

document.addEventListener("htmx:load", wake);
wake();
