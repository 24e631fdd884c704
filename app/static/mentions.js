// A note that names colleagues: suggestions after an @, by keyboard and announced; and notes that were told, seen where they show.
const say = (text) => { const box = document.querySelector("[data-say]"); if (box) box.textContent = text; };

document.querySelectorAll("textarea[data-mention]").forEach((area) => {
  const list = document.getElementById("mentions");
  area.setAttribute("aria-autocomplete", "list"); area.setAttribute("aria-controls", list.id);
  let timer; let request;
  const options = () => [...list.children];
  const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  const hide = () => { clearTimeout(timer); request?.abort(); list.hidden = true; list.replaceChildren(); area.removeAttribute("aria-activedescendant"); };
  const mark = (at) => {
    options().forEach((option, number) => option.setAttribute("aria-selected", number === at));
    area.setAttribute("aria-activedescendant", options()[at].id); options()[at].scrollIntoView({ block: "nearest" });
  };
  const typed = () => {   // what stands between the last @ and the cursor
    const found = /(?:^|[\s(])@([\p{L}\p{N}._' -]{0,40})$/u.exec(area.value.slice(0, area.selectionStart));
    return found ? found[1] : null;
  };
  const take = (option) => {
    const before = area.value.slice(0, area.selectionStart - typed().length), after = area.value.slice(area.selectionStart);
    const gap = /^\s/.test(after) ? "" : " ";
    area.value = `${before}${option.dataset.name}${gap}${after}`;
    area.selectionStart = area.selectionEnd = before.length + option.dataset.name.length + gap.length;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    hide(); area.focus();
  };
  const ask = async (name) => {
    request?.abort(); request = new AbortController();
    const found = await fetch(`${area.dataset.mention}?q=${encodeURIComponent(name)}`, { signal: request.signal }).then((answer) => answer.json()).catch(() => null);
    if (!found || typed() !== name) return;
    if (!found.length) { hide(); say(area.dataset.none); return; }
    list.replaceChildren(...found.map((row, at) => {
      const option = Object.assign(document.createElement("li"), { id: `mention-${at}`, textContent: row.text });
      option.setAttribute("role", "option"); option.dataset.name = row.name; return option;
    }));
    list.hidden = false; mark(0); say(area.dataset.some.replace("#", found.length));
  };
  area.addEventListener("input", () => {
    const name = typed(); clearTimeout(timer);
    if (name === null || name.includes("  ")) { hide(); return; }
    timer = setTimeout(() => ask(name), 150);
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], count = options().length;
    if (step) { event.preventDefault(); mark((chosen() + step + count) % count); }
    if ((event.key === "Enter" && !event.ctrlKey) || event.key === "Tab") { event.preventDefault(); take(options()[chosen()]); }
    if (event.key === "Escape") { event.stopPropagation(); hide(); }
  });
  area.addEventListener("blur", () => setTimeout(hide, 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); take(option); }
  });
});

// What was told is seen when its button stands on the screen (the form around it has no box of its own)
const seen = new IntersectionObserver((found) => found.filter((each) => each.isIntersecting).forEach(({ target }) => {
  const { form } = target;
  seen.unobserve(target);
  fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(() => { form.hidden = true; }).catch(() => {});
}), { threshold: 1 });
document.querySelectorAll("form[data-seen] button").forEach((button) => seen.observe(button));
