// What an eye, a finger and the Tab key find on the page: [{what, where}], and the words that stand there.
window.lookAtPage = async ({ tags, isTouch }) => {
  const found = [];
  const name = (element) => {
    const path = [];
    for (let at = element; at && at !== document.body && path.length < 3; at = at.parentElement) {
      path.unshift(at.id ? `#${at.id}` : at.tagName.toLowerCase() + (at.classList.length ? `.${[...at.classList].join(".")}` : ""));
      if (at.id) break;
    }
    return `${path.join(" > ")} “${(element.getAttribute("aria-label") || element.textContent || element.name || "").trim().slice(0, 40)}”`;
  };
  const add = (what, element) => found.push(`${what}: ${typeof element === "string" ? element : name(element)}`);
  const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const box = (element) => element.getBoundingClientRect();

  // What a pinned bar hides in part where the page stands is looked at again in the middle of the window
  const isSmallInTheOpen = async (selector) => {
    const element = document.querySelector(selector);
    element.scrollIntoView({ block: "center" });
    return (await window.axe.run(document, { runOnly: ["target-size"] })).violations.some((each) => each.nodes.some((node) => node.target[0] === selector));
  };
  const axeFound = await window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  for (const each of axeFound.violations) {
    for (const node of each.nodes) {
      if (each.id !== "target-size" || await isSmallInTheOpen(node.target[0])) add(`axe ${each.id}`, String(node.target));
    }
  }
  scrollTo(0, 0);

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.querySelectorAll("body *")].filter((element) => isShown(element) && box(element).right > width + 1);
    add(`scrolls sideways to ${document.documentElement.scrollWidth}`, wide.at(-1) ?? document.body);
  }

  // Targets of 24 px; a link inside a sentence is excepted (WCAG 2.5.8), so is what only a screen reader meets
  const hidden = (element) => element.closest(".visually-hidden, .k-skip, [aria-hidden=true]");
  const isInSentence = (link) => link.matches("a") && getComputedStyle(link).display === "inline" &&
    [...link.parentElement.childNodes].some((node) => node.nodeType === 3 && /[\p{L}\p{N}]{2}/u.test(node.textContent));
  const targets = [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")].filter(
    (element) => isShown(element) && !hidden(element) && !element.disabled);
  for (const target of targets) {
    if (isInSentence(target)) continue;
    const label = target.closest("label") ?? target;
    const { width: across, height: down } = target.matches("[type=checkbox], [type=radio], [type=file]") ? box(label) : box(target);
    if (across < 23.9 || down < 23.9) add(`target of ${Math.round(across)} × ${Math.round(down)}`, target);
  }

  // The focus: seen, and not covered by what is pinned to an edge
  const isPointed = (element) => {
    const { left, right, top, bottom } = box(element);
    const across = [left + 3, (left + right) / 2, right - 3], down = [top + 3, (top + bottom) / 2, bottom - 3];
    return across.some((x) => down.some((y) => {
      const hit = document.elementFromPoint(x, y);
      return hit && (hit.closest("[role=listbox]") || element.contains(hit) || hit.contains(element) && !hit.matches("body, html, main") || hit.closest("label")?.contains(element));
    }));
  };
  const drawn = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  };
  for (const target of targets) {
    if (target.tabIndex < 0) continue;
    target.focus();
    if (document.activeElement !== target) continue;
    const seen = target.matches(".visually-hidden") ? target.nextElementSibling ?? target : target;
    if (![target, seen, target.parentElement, target.closest(".k-look, .k-deal, li")].some((each) => each && drawn(each))) add("focus not seen", target);
    if (!isPointed(target)) add("focus covered", target);
  }
  document.activeElement?.blur();
  scrollTo(0, 0);

  // Words: what is read, shown or typed over; names that a person gave and words of another language say so themselves
  const words = new Set();
  const isForeign = (element) => { const marked = element.closest("[lang]"); return marked && marked !== document.documentElement; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, template, code, pre") && !isForeign(parent)) words.add(walker.currentNode.textContent);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt], [data-ask]")) {
    if (!isForeign(element)) ["aria-label", "title", "placeholder", "alt", "data-ask"].forEach((kind) => words.add(element.getAttribute(kind) ?? ""));
  }
  words.add(document.title);
  return { found, words: [...words].map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean), isTouch };
};
