// What the pages do beyond plain HTML. No dependency, no inline handler; every part looks for its own markup.
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (selector, event, act) => all(selector).forEach((element) => element.addEventListener(event, act));
const isTyping = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const remember = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`; };

// Pop-ups made of <details>: Escape or a click elsewhere closes them
document.addEventListener("click", (event) => all("details.k-pop[open]").forEach((pop) => {
  if (!pop.contains(event.target)) pop.open = false;
}));
document.addEventListener("focusin", (event) => {   // it would cover what has the focus
  const filters = document.querySelector("details.k-filter[open]");
  if (filters && !filters.contains(event.target) && !event.target.closest("dialog")) filters.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.k-pop[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

// Menu of small screens, theme, password in clear
on("[data-menu]", "click", (event) => {
  const isOpen = document.getElementById("side").classList.toggle("open");
  event.currentTarget.setAttribute("aria-expanded", isOpen);
  if (isOpen) document.querySelector("#side a").focus();
});
on("[data-theme-to]", "click", (event) => {
  const chosen = event.currentTarget.dataset.themeTo;
  if (chosen) root.dataset.bsTheme = chosen; else delete root.dataset.bsTheme;
  remember("theme", chosen);
  all("[data-theme-to]").forEach((other) => other.setAttribute("aria-pressed", other === event.currentTarget));
});
on("[data-reveal]", "click", (event) => {
  const input = document.getElementById(event.currentTarget.dataset.reveal);
  const isShown = input.type === "password";
  input.type = isShown ? "text" : "password";
  event.currentTarget.setAttribute("aria-pressed", isShown);
});

// A question before what cannot be undone
const ask = document.getElementById("ask");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ask]");
  if (!ask || !button || button.dataset.asked) return;
  event.preventDefault();
  document.getElementById("ask-text").textContent = button.dataset.ask;
  ask.querySelector("[data-yes]").textContent = button.textContent.trim();
  ask.onclose = () => {
    if (ask.returnValue !== "yes") { button.focus(); return; }
    button.dataset.asked = "1"; button.click(); delete button.dataset.asked;
  };
  ask.returnValue = "no"; ask.showModal();
});

// A field that is asked for only with certain values of another one
const askWith = (part) => {
  const controls = all(`[name="${part.dataset.askedWith}"]`, part.closest("form") ?? document), values = part.dataset.values.split(" ");
  const given = (control) => control.type !== "checkbox" || control.checked ? control.value : null;
  const show = () => { part.hidden = controls.length > 0 && !controls.some((control) => values.includes(given(control))); };
  controls.forEach((control) => control.addEventListener("change", show));
  show();
};
all("[data-asked-with]").forEach(askWith);

// The command field: typing narrows the menu, Enter opens the first entry or asks the server
const find = document.getElementById("find");
const keys = document.getElementById("keys");
on("[data-find]", "click", () => find.showModal());
if (find) {
  const field = find.querySelector("input");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ł/g, "l").replace(/Ł/g, "L").toLowerCase();
  const narrow = () => {
    const asked = plain(field.value.trim());
    all("[data-command]", find).forEach((entry) => { entry.hidden = !plain(entry.textContent).includes(asked); });
    all("[data-everywhere]", find).forEach((button) => { button.hidden = !asked; });
    find.querySelector("[data-nothing]").hidden = all("[data-command]:not([hidden])", find).length > 0;
  };
  field.addEventListener("input", narrow);
  find.querySelector("form").addEventListener("submit", (event) => {
    const asked = plain(field.value.trim());
    const entries = all("[data-command]:not([hidden])", find);
    const first = entries.find((entry) => plain(entry.textContent.trim()).startsWith(asked));   // "sage" is no "Messages"
    const isMenu = event.target.matches("[data-only-menu]");
    if (asked && !isMenu && !first) return;
    event.preventDefault();
    if (asked) (first ?? (isMenu ? entries[0] : undefined))?.click();
  });
  on("[data-everywhere]", "click", () => find.querySelector("form").submit());
  find.addEventListener("close", () => { field.value = ""; narrow(); });
}
on("[data-keys-list]", "click", () => keys.showModal());
on("[data-keys-on]", "change", (event) => {
  root.dataset.keys = event.target.checked ? "on" : "off";
  remember("keys", root.dataset.keys);
});

// Who hears the page hears the keys of what they are on, too
const KEYS = { ctrl: "Control", alt: "Alt", enter: "Enter", arrowup: "ArrowUp", arrowdown: "ArrowDown" };
for (const each of all("[data-key]")) {
  const parts = each.dataset.key.split("+");  // a single letter counts only where the person wants it to
  if (each.dataset.key.length > 1) each.setAttribute("aria-keyshortcuts", parts.map((part) => KEYS[part] ?? part.toUpperCase()).join("+"));
}

// Keys. Ctrl+K always; single letters outside fields only, and only while <html data-keys="on"> (a setting of the person)
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && find) {
    event.preventDefault(); if (!find.open) find.showModal(); return;
  }
  const isSingle = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (isSingle && (isTyping(event.target) || root.dataset.keys !== "on")) return;
  if (document.querySelector("dialog[open]")) return;
  if (isSingle && event.key === "?" && keys) { keys.showModal(); return; }
  if (isSingle && (event.key === "j" || event.key === "k")) { walk(event.key === "j" ? 1 : -1); return; }
  const combination = (event.ctrlKey ? "ctrl+" : "") + (event.altKey ? "alt+" : "") + event.key.toLowerCase();
  const target = document.querySelector(`[data-key="${CSS.escape(combination)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("[data-hint]")) { target.click(); target.form.querySelector("textarea").focus(); }   // a kind of entry
  else if (target.matches("textarea, input")) target.focus(); else target.click();
});
function walk(step) {
  const items = all("[data-walk] a.k-day, .k-listing tbody th a, .k-mail h3 a, .k-deal-name");
  if (!items.length) return;
  const at = items.indexOf(document.activeElement);
  items[Math.max(0, Math.min(items.length - 1, at + step))].focus();
}

// Lists: selection and its count in words; empty filters are not sent; the operator is part of the field's name
all(".k-listing").forEach((list) => {
  const picks = all("[data-pick]", list);
  const head = list.querySelector("[data-pick-all]");
  if (!head) return;
  const words = list.querySelector("[data-count]");
  const count = () => {
    const number = picks.filter((pick) => pick.checked).length;
    picks.forEach((pick) => pick.closest("tr").classList.toggle("on", pick.checked));
    head.checked = number === picks.length; head.indeterminate = number > 0 && number < picks.length;
    words.textContent = words.dataset.text.replace("#number#", number);
  };
  const set = (value) => { picks.forEach((pick) => { pick.checked = value; }); count(); };
  picks.forEach((pick) => pick.addEventListener("change", count));
  head.addEventListener("change", () => set(head.checked));
  list.querySelector("[data-unpick]").addEventListener("click", () => { set(false); head.focus(); });
  count();
});
on("[data-operator]", "change", (event) => {
  const name = `_flt_${event.target.value}_${event.target.dataset.column}`;
  const field = document.getElementById(event.target.dataset.operator);
  const look = field.closest("[data-look]");
  if (look) { look.dataset.name = name; all("input[type=hidden]", look).forEach((hidden) => { hidden.name = name; }); }
  else if (field.matches(".k-ticks")) all("input", field).forEach((box) => { box.name = name; });
  else field.name = name;
});
on("form[data-drop-empty]", "formdata", (event) => {
  [...event.formData].forEach(([name, value]) => { if (value === "" || value === "__None" || name.startsWith("_op_")) event.formData.delete(name); });
});

// Look-up fields (combobox): the server sends what matches; leaving the field without a choice keeps the former one
const say = (text) => { const box = document.querySelector("[data-say]"); if (box) box.textContent = text; };
const wireLook = (box) => {
  const input = box.querySelector("[role=combobox]");
  const list = box.querySelector("[role=listbox]");
  const value = box.querySelector("[data-value]");
  let kept = input.value; let timer; let request; let isAsking = false;
  const options = () => all("[role=option]", list);
  const show = (isOpen) => {
    list.hidden = !isOpen; input.setAttribute("aria-expanded", isOpen);
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  };
  const mark = (chosen) => {
    options().forEach((option) => option.setAttribute("aria-selected", option === chosen));
    if (chosen) { input.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
  };
  const pick = (option) => {
    box.dispatchEvent(new Event("input", { bubbles: true }));
    if (box.hasAttribute("data-many")) {
      if (!all(".k-picked input", box).some((one) => one.value === option.dataset.id)) input.before(badge(option));
      kept = "";
    } else { value.value = option.dataset.id; kept = option.textContent; }
    input.value = kept; show(false);
  };
  const badge = (option) => {
    const span = document.createElement("span"); span.className = "k-picked";
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: box.dataset.name, value: option.dataset.id });
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.dataset.drop = ""; button.setAttribute("aria-label", `${list.dataset.remove} ${option.textContent}`);
    span.append(hidden, option.dataset.text ?? option.textContent, button); return span;
  };
  const ask = async () => {
    request?.abort(); request = new AbortController(); isAsking = true;
    const found = await fetch(`${box.dataset.look}${box.dataset.look.includes("?") ? "&" : "?"}q=${encodeURIComponent(input.value)}`, { signal: request.signal })
      .then((answer) => answer.json()).catch(() => null);
    if (!found) return;
    isAsking = false;
    const typed = input.value.trim().replace(/\s+/g, " ");   // what is no tag yet can become one
    if (list.dataset.new && typed && !found.some((row) => row.text.toLowerCase() === typed.toLowerCase())) found.push({ id: `+${typed}`, text: `${list.dataset.new} ${typed}`, typed });
    list.replaceChildren(...found.map((row, at) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${at}`, textContent: row.text });
      option.setAttribute("role", "option"); option.dataset.id = row.id; if (row.typed) option.dataset.text = row.typed; return option;
    }));
    mark(options()[0]); show(found.length > 0); say(found.length ? String(found.length) : list.dataset.none);
  };
  input.addEventListener("input", () => {
    request?.abort(); clearTimeout(timer); timer = setTimeout(ask, 180);
    isAsking = true; list.replaceChildren(); show(false);   // Enter must never take an answer to an older question
  });
  input.addEventListener("focus", () => { if (!input.value) ask(); });
  input.addEventListener("blur", () => setTimeout(() => {
    request?.abort(); isAsking = false; show(false);
    if (value && !input.value.trim()) { value.value = ""; kept = ""; }
    input.value = kept;
  }, 150));
  input.addEventListener("keydown", (event) => {
    const at = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) { event.preventDefault(); ask(); return; }
    if (step && options().length) { event.preventDefault(); mark(options()[(at + step + options().length) % options().length]); }
    if (event.key === "Enter" && isAsking) event.preventDefault();
    if (event.key === "Enter" && !list.hidden && at >= 0 && !event.ctrlKey) { event.preventDefault(); pick(options()[at]); }
    if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); show(false); }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); pick(option); }
  });
  box.addEventListener("bring", (event) => {   // a draft comes back: [[id, text], …]
    all(".k-picked", box).forEach((one) => one.remove());
    event.detail.forEach(([id, text]) => {
      const option = Object.assign(document.createElement("li"), { textContent: text });
      option.dataset.id = id; pick(option);
    });
  });
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-drop]")) { event.target.closest(".k-picked").remove(); input.focus(); }
  });
};
all("[data-look]").forEach(wireLook);
// A native date control follows the browser's language: where that does not write the day first, the hint says its form, not the page's
const dayForm = new Intl.DateTimeFormat(navigator.language, { year: "numeric", month: "2-digit", day: "2-digit" });
const hintDays = (within) => {
  if (dayForm.formatToParts().find((part) => part.type !== "literal").type === "day") return;
  all("[data-day-form]", within).forEach((hint) => { hint.textContent = dayForm.format(new Date(2026, 11, 31)); });
};
hintDays(document);

// Days that are often meant, one press each; where nothing is chosen that the day is of, the first is
const wireQuick = (group) => {
  group.hidden = false;
  const buttons = all("[data-sets]", group), field = document.getElementById(buttons[0].dataset.sets);
  const show = () => buttons.forEach((button) => button.setAttribute("aria-pressed", button.value === field.value));
  field.addEventListener("change", show);
  buttons.forEach((button) => button.addEventListener("click", () => {
    const what = document.getElementById(button.dataset.with ?? "");
    if (what && !what.value) what.value = what.options[1].value;
    field.value = button.value;
    show();
  }));
};
all(".k-quick").forEach(wireQuick);
document.addEventListener("k-fresh", (event) => { hintDays(event.detail); all("[data-asked-with]", event.detail).forEach(askWith); all("[data-look]", event.detail).forEach(wireLook); all(".k-quick", event.detail).forEach(wireQuick); });

// What was used before is offered once somebody writes there
on("[data-suggest]", "focus", async ({ currentTarget: input }) => {
  const url = input.dataset.suggest; delete input.dataset.suggest;
  const found = url ? await fetch(url).then((answer) => answer.json()).catch(() => []) : [];
  if (found.length) input.list.replaceChildren(...found.map((text) => Object.assign(document.createElement("option"), { value: text })));
});

// A new record that may be there already: said while one types, and in nobody's way
all("form[data-alike]").forEach((form) => {
  const said = form.querySelector("[data-alike-said]"); const names = form.dataset.alikeFields.split(" ");
  let timer; let request; let asked = "";
  const line = ({ text, url, note }) => {
    const item = document.createElement("li"); const name = document.createElement(url ? "a" : "span");
    name.textContent = text; if (url) name.href = url;
    item.append(name, ` – ${note}`); return item;
  };
  const ask = async () => {
    const typed = [...new FormData(form)].filter(([name, value]) => names.includes(name) && typeof value === "string" && value.trim() && value !== "__None");
    const wanted = new URLSearchParams(typed.map(([name, value]) => [name, value.slice(0, 500)])).toString();
    if (wanted === asked) return;
    asked = wanted; request?.abort(); request = new AbortController();
    const found = await fetch(`${form.dataset.alike}?${wanted}`, { signal: request.signal }).then((answer) => answer.json()).catch(() => null);
    if (!found) return;
    if (!found.lines.length) { said.replaceChildren(); return; }
    const box = Object.assign(document.createElement("div"), { className: "k-note warn mb-3" });
    const text = Object.assign(document.createElement("p"), { className: "mb-1", textContent: found.text });
    const list = Object.assign(document.createElement("ul"), { className: "mb-0" }); list.append(...found.lines.map(line));
    const inner = document.createElement("div"); inner.append(text, list); box.append(inner); said.replaceChildren(box);
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 400); });
});

// Today: on a wide screen the chosen line stays in view and has the focus; on a telephone the link leads to the panel below
const isWide = matchMedia("(min-width: 68.01rem)").matches;
if (isWide && new URLSearchParams(location.search).has("item")) document.querySelector(".k-day[aria-current]")?.focus();
on("a.k-day[href*='#']", "click", (event) => { if (isWide) event.currentTarget.hash = ""; });

// Composer: the kind of entry chooses the hint
on("[data-hint]", "change", (event) => {
  const area = event.target.form.querySelector("textarea");
  area.placeholder = event.target.dataset.hint; area.focus();
});

// Passkeys: what the server asks goes to the browser's authenticator, its answer back as a field of the form
const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const asText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: fromText(key.id) }));
async function askPasskey(options) {
  const asked = { ...options, challenge: fromText(options.challenge) };
  if (options.user) {
    asked.user = { ...options.user, id: fromText(options.user.id) }; asked.excludeCredentials = named(options.excludeCredentials);
  } else asked.allowCredentials = named(options.allowCredentials);
  const found = await navigator.credentials[options.user ? "create" : "get"]({ publicKey: asked });
  const response = { clientDataJSON: asText(found.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[name]) response[name] = asText(found.response[name]);
  }
  return JSON.stringify({ id: found.id, rawId: asText(found.rawId), type: found.type, response });
}
if (window.PublicKeyCredential) {
  all("form[data-passkey]").forEach((form) => { form.hidden = false; });
  all("[data-no-passkey]").forEach((words) => { words.hidden = true; });
}
on("form[data-passkey]", "submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget, said = form.querySelector("[data-said]");
  said.hidden = true;
  let sentence = form.dataset.failed;
  try {
    const answer = await fetch(form.dataset.passkey, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const options = await answer.json();
    if (!answer.ok) { sentence = options.message ?? sentence; throw new Error(sentence); }
    form.elements.credential.value = await askPasskey(options);
    form.submit();
  } catch { said.textContent = sentence; said.hidden = false; }
});

// A form is sent once; Ctrl+Enter anywhere in a composer sends it
on("form[method=post]", "submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
  setTimeout(() => { delete event.target.dataset.sent; }, 3000);   // an answer that is a download leaves the page here
});
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
on("form[data-compose]", "keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); event.currentTarget.requestSubmit(); }
});

// After an error: the summary first
// A file field that shows only its label says there what was chosen
all(".k-upload input").forEach((input) => {
  const words = input.previousElementSibling, empty = words.textContent;
  input.addEventListener("change", () => { words.textContent = [...input.files].map((file) => file.name).join(", ") || empty; });
});

document.querySelector(location.hash ? "[role=alert][data-focus]" : "[data-focus]")?.focus();  // an address may name its own place

// Copy an address: the button is there only where a browser allows it
if (navigator.clipboard) {
  all("[data-copy]").forEach((button) => { button.hidden = false; });
  on("[data-copy]", "click", async (event) => {
    const { copy, done } = event.currentTarget.dataset;
    const words = event.currentTarget.querySelector("span");
    await navigator.clipboard.writeText(copy);
    words.textContent = done; say(done);
  });
}
