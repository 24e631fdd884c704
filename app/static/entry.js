// A row while it is typed: what is odd, who is there already, a suggested value put in. Nothing here keeps anybody from saving.
const form = document.querySelector("form[data-check]");
const say = (text) => { const box = document.querySelector("[data-say]"); if (box) box.textContent = text; };
const doubles = document.querySelector("[data-doubles]");
let asking, told = "";

function show({ odd, doubles: found }, changed) {
  const news = [];  // said together: of two sentences one after the other a screen reader may drop the first
  for (const hint of form.querySelectorAll("[data-odd]")) {
    const text = odd[hint.dataset.odd] ?? "";
    const words = hint.querySelector("span");
    if (words.textContent === text) continue;
    words.textContent = text;
    hint.hidden = !text;
    if (text && hint.dataset.odd === changed) news.push(text);
  }
  const now = found.map((each) => each.text).join("\n");
  if (now !== told) {
    told = now;
    list(found);
    if (now) news.push(`${doubles.querySelector("h2").textContent} ${found.map((each) => each.text).join(" ")}`);
  }
  if (news.length) say(news.join(" "));
}

function list(found) {
  doubles.querySelector("ul").replaceChildren(...found.map((each) => {
    const item = document.createElement("li");
    const link = each.url ? item.appendChild(document.createElement("a")) : item;
    if (each.url) link.href = each.url;
    link.textContent = each.text;
    return item;
  }));
  doubles.hidden = !found.length;
}

async function check(changed) {
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(form.dataset.check, {
    method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal: asking.signal,
  }).catch(() => null);
  if (answer?.ok && !answer.redirected) show(await answer.json(), changed);
}

if (form) {
  told = [...doubles.querySelectorAll("li")].map((each) => each.textContent).join("\n");
  let timer;
  const matter = new Set(form.dataset.matter.split(" "));  // of the others nothing can be odd, and no company is known by them
  form.addEventListener("input", ({ target }) => { if (!matter.has(target.name)) return; clearTimeout(timer); timer = setTimeout(check, 600, target.name); });
  form.addEventListener("change", ({ target }) => { if (!matter.has(target.name)) return; clearTimeout(timer); check(target.name); });
  document.querySelectorAll("[data-put]").forEach((button) => button.addEventListener("click", () => {
    const field = form.elements[button.dataset.put];
    field.value = button.dataset.value;
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }));
  // Who saves and stays goes on in the field where they were.
  form.addEventListener("submit", ({ submitter }) => { if (submitter?.value === "stay") sessionStorage.setItem("stayed-at", document.activeElement?.id ?? ""); });
  const stayed = sessionStorage.getItem("stayed-at"), top = form.querySelector(".k-fast input, .k-fast select");
  sessionStorage.removeItem("stayed-at");
  const place = stayed === null ? (location.pathname.includes("/row/") ? null : top) : document.getElementById(stayed) ?? top;
  const first = form.querySelector("[aria-invalid=true]") ?? place;
  if (!document.querySelector("[data-focus]") && !location.hash) first?.focus();
}

// Ctrl+Enter in a comment sends the comment alone: the row beside it is another form
document.querySelectorAll("form[data-compose]").forEach((each) => each.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.stopPropagation();
}));

// Of a field that is not marked as wrong nothing is to be said: Tab goes from mark to mark. A screen reader, and the mouse, find the rest all the same.
for (const mark of document.querySelectorAll(".k-judge [name^=wrong-]")) {
  const row = mark.closest("tr"), inputs = [...row.querySelectorAll("input.form-control")];
  const follow = () => inputs.forEach((each) => { each.tabIndex = mark.checked || inputs.some((one) => one.value) ? 0 : -1; });
  row.addEventListener("input", follow);
  follow();
}
