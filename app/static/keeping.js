// What must not be lost: what a person typed, and what others changed meanwhile. The sentences stand in <template id="kept">.
const user = document.body.dataset.user;
const PREFIX = "kurier-draft:";
const DAYS = 7 * 86_400_000;
const say = (text) => { const box = document.querySelector("[data-say]"); if (box) box.textContent = text; };
const sentence = (name) => document.getElementById("kept")?.content.querySelector(`[data-kept="${name}"]`);
const note = (name) => sentence(name).cloneNode(true);

// ---- drafts: each form of a record and each composer keeps its words on this device until they are saved
const stored = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const write = (key, draft) => { try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* no room, or none allowed */ } };
const nameOf = (form) => `${PREFIX}${user}:${form.getAttribute("action") || location.pathname + location.search}`;
const isKept = (field) => field.name && !field.closest("[data-look]") && !["csrf_token", "version"].includes(field.name) &&
  !field.matches("[type=password], [type=file], [type=submit], [autocomplete*=password], button");
const valuesOf = (form) => [...form.elements].filter(isKept).filter((field) => !field.matches("[type=checkbox], [type=radio]") || field.checked)
  .map((field) => [field.name, field.type === "select-multiple" ? [...field.selectedOptions].map((option) => option.value) : field.value]);
const looksOf = (form) => [...form.querySelectorAll("[data-look]")].map((box) => [box.dataset.name, box.hasAttribute("data-many")
  ? [...box.querySelectorAll(".k-picked")].map((one) => [one.querySelector("input").value, one.childNodes[1].textContent])
  : [[box.querySelector("[data-value]").value, box.querySelector("[role=combobox]").value]]]);
const stateOf = (form) => ({ values: valuesOf(form), looks: looksOf(form) });
const isSame = (one, other) => JSON.stringify([one.values, one.looks]) === JSON.stringify([other.values, other.looks]);

function fill(form, { values, looks }) {
  const asked = new Map();
  values.forEach(([name, value]) => asked.set(name, [...(asked.get(name) ?? []), value].flat()));
  for (const field of [...form.elements].filter(isKept)) {
    const wanted = asked.get(field.name) ?? [];
    if (field.matches("[type=checkbox], [type=radio]")) field.checked = wanted.includes(field.value);
    else if (field.type === "select-multiple") [...field.options].forEach((option) => { option.selected = wanted.includes(option.value); });
    else if (wanted.length) field.value = wanted.shift();
  }
  for (const [name, picked] of looks) {
    form.querySelector(`[data-look][data-name="${CSS.escape(name)}"]`)?.dispatchEvent(new CustomEvent("bring", { detail: picked }));
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function offer(form, draft) {
  const shown = note("draft");
  shown.querySelector("time").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
  shown.querySelector("[data-bring]").addEventListener("click", () => {
    fill(form, draft); shown.remove();
    (form.querySelector("textarea, input:not([type=hidden])") ?? form).focus(); say(sentence("brought").textContent);
  });
  shown.querySelector("[data-drop-draft]").addEventListener("click", () => { localStorage.removeItem(nameOf(form)); shown.remove(); form.querySelector("input:not([type=hidden]), textarea")?.focus(); });
  form.before(shown);
}

let isOver = false;   // sent, or signed out: what is typed now is not kept any more
function keep(form) {
  const key = nameOf(form), before = stateOf(form);
  const draft = read(key), isRefused = Boolean(document.querySelector(".k-errs, [role=alert] .k-note.bad"));
  if (isRefused) write(key, { at: Date.now(), ...before });
  else if (draft && !isSame(draft, before)) offer(form, draft);
  let timer;
  const store = () => {
    clearTimeout(timer); timer = 0;
    if (isOver) return;
    const now = stateOf(form);
    if (isSame(now, before) && !isRefused) localStorage.removeItem(key); else write(key, { at: Date.now(), ...now });
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(store, 250); });
  form.addEventListener("change", store);
  addEventListener("pagehide", () => { if (timer) store(); });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    store();
    if (!navigator.onLine) {   // the page stays, with every word in it
      event.preventDefault(); event.stopImmediatePropagation();
      document.querySelector("[data-lost]")?.remove();
      const shown = note("lost"); form.before(shown); shown.focus();
      return;
    }
    if (read(key)) write(key, { ...read(key), sent: Date.now() });
    isOver = true;
  });
}

// A sent draft is done with once a page of ours answers that refuses nothing; the sign-in page or an error page is no such answer.
function settle() {
  for (const key of stored()) {
    const draft = read(key);
    if (!draft || Date.now() - draft.at > DAYS) localStorage.removeItem(key);
    else if (draft.sent && !user) write(key, { ...draft, sent: undefined });
    else if (draft.sent && key.startsWith(`${PREFIX}${user}:`)) localStorage.removeItem(key);
  }
}
const forms = [...document.querySelectorAll("form[data-form], form[data-compose]")];
settle();
if (user) forms.forEach(keep);
document.querySelectorAll("a[data-sign-out]").forEach((link) => link.addEventListener("click", () => {
  isOver = true; stored().forEach((key) => localStorage.removeItem(key));
}));
addEventListener("pageshow", () => { isOver = false; });

// ---- others: who is on the page of a record too; who comes back to it hears what they changed since it was loaded
const watched = document.querySelector("[data-watch]");
let heard = "";
async function look() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(watched.dataset.watch, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const found = await answer.json(), here = watched.querySelector("[data-here]");
  if (here.textContent !== found.here) here.textContent = found.here;
  if (!found.text || found.text === heard) return;
  heard = found.text;
  const box = watched.querySelector("[data-watched]");
  const shown = note(document.querySelector("form[data-form]") ? "changed-form" : "changed");
  shown.querySelector("[data-words]").textContent = found.text;
  shown.querySelector("[data-again]")?.setAttribute("href", location.href.split("#")[0]);
  box.replaceChildren(shown);
}
if (watched) {
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  addEventListener("pagehide", () => { fetch(`${watched.dataset.watch}&gone=1`, { keepalive: true }).catch(() => {}); });
  setInterval(look, 30_000);
  look();
}

// ---- long work: the bar and its sentence follow it; at the end the page says what came out
const waiting = document.querySelector("[data-progress]");
async function follow() {
  const answer = await fetch(waiting.dataset.progress, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const found = await answer.json();
    waiting.querySelector("progress").value = found.done;
    const words = waiting.querySelector("[role=status]");
    if (words.textContent !== found.text) words.textContent = found.text;
    if (!found.is_running) { location.reload(); return; }
  }
  setTimeout(follow, 1000);
}
if (waiting) follow();

// ---- the shell stays at hand without a connection
if ("serviceWorker" in navigator && user) navigator.serviceWorker.register(`/worker.js?_l_=${document.documentElement.lang}`).catch(() => {});
