// A value is changed where it stands: the form that its link leads to opens over it, and what the page says of the record is drawn anew.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = (text) => { const box = document.querySelector("[data-say]"); if (box) box.textContent = text; };
const part = { headers: { "X-In-Place": "1" } };
let box, from;

function panel() {
  if (box) return box;
  box = document.createElement("dialog");
  box.className = "k-value-box";
  document.body.append(box);
  box.addEventListener("close", () => { box.replaceChildren(); from?.focus(); });
  box.addEventListener("click", (event) => { if (event.target === box || event.target.closest("[data-value-cancel]")) { event.preventDefault(); box.close(); } });
  box.addEventListener("submit", send);
  return box;
}

// `html` is our own page's answer; its form stands below the value, or above it where there is no room
function show(html) {
  const read = new DOMParser().parseFromString(html, "text/html").querySelector("[data-value-form]");
  if (!read) return false;
  const shown = panel();
  shown.replaceChildren(document.adoptNode(read));
  shown.setAttribute("aria-label", read.getAttribute("aria-label"));
  if (!shown.open) shown.showModal();
  const at = from.getBoundingClientRect(), size = shown.getBoundingClientRect();
  if (innerWidth > 768) {
    shown.style.left = `${Math.max(8, Math.min(at.left - 8, innerWidth - size.width - 8))}px`;
    shown.style.top = `${at.bottom + size.height + 8 < innerHeight ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
  }
  document.dispatchEvent(new CustomEvent("k-fresh", { detail: read }));
  (read.querySelector("[aria-invalid]") ?? read.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
  return true;
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  form.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), ...part }).catch(() => null);
  form.removeAttribute("aria-busy");
  if (!answer || answer.redirected) { form.submit(); return; }   // the browser says what is the matter
  if (answer.ok) { await renew(); box.close(); return; }
  const html = await answer.text();
  if (!show(html)) form.submit();
}

// Of the page as it is now: the rows and parts that may say something else, and what is to be told
async function renew() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) { location.reload(); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), where = from?.getAttribute("href");
  for (const old of all("[data-fresh]")) {
    const fresh = page.querySelector(`[data-fresh="${CSS.escape(old.dataset.fresh)}"]`);
    if (!fresh) continue;
    const kept = old.querySelector(":scope > .c-pick"), picks = fresh.querySelector(":scope > .c-pick");
    if (kept && picks) picks.replaceWith(kept);
    old.replaceChildren(...fresh.childNodes);
  }
  const told = page.querySelector("main > [role=status]"), status = document.querySelector("main > [role=status]");
  if (told && status) { status.replaceChildren(...told.childNodes); say(status.querySelector("span")?.textContent ?? status.textContent.trim()); }
  from = all("[data-in-place]").find((link) => link.getAttribute("href") === where) ?? from;
  rove();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-in-place]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, part).catch(() => null);
  from = link;
  if (!answer?.ok || answer.redirected || !show(await answer.text())) location.assign(link.href);
});

// A star is set or taken off by one press
document.addEventListener("submit", async (event) => {
  const star = event.target.matches("[data-stars]") && event.submitter;
  if (!star) return;
  event.preventDefault();
  const where = star.getAttribute("formaction"), again = () => { event.target.removeAttribute("data-stars"); star.click(); };
  const answer = await fetch(star.formAction, { method: "POST", body: new FormData(event.target, star), ...part }).catch(() => null);
  if (!answer?.ok || answer.redirected) { again(); return; }   // the browser says what is the matter
  await renew();
  all(".k-star").find((each) => each.getAttribute("formaction") === where)?.focus();
});

// One stop of the Tab key for each row; the arrows lead on
const ofRow = (row) => all("[data-in-place]", row);
function rove() {
  all("tr[data-fresh]").forEach((row) => ofRow(row).forEach((link, at) => { link.tabIndex = at ? -1 : 0; }));
}
document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("tr[data-fresh] [data-in-place]");
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!link || !step || event.ctrlKey || event.altKey) return;
  const row = link.closest("tr"), rows = all("tr[data-fresh]").filter((each) => ofRow(each).length);
  const at = ofRow(row).indexOf(link), next = rows[rows.indexOf(row) + step[1]];
  const wanted = next && ofRow(next)[Math.min(at + step[0], ofRow(next).length - 1)];
  if (!wanted) return;
  event.preventDefault();
  ofRow(wanted.closest("tr")).forEach((each) => { each.tabIndex = each === wanted ? 0 : -1; });
  wanted.focus();
});
all("[data-in-place]").forEach((link) => link.setAttribute("aria-haspopup", "dialog"));
rove();
