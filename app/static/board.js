// The board: dragging, the keys and the small form of a card all send that form; the page that answers replaces what stands here.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const box = document.querySelector("[data-board-said]");
let held = null;      // {card, home: {list, next}, lane} while a card is picked up with the keyboard
let isMoving = false; // the card is taken out and put in again: its focus is not really lost
let isBusy = false;   // one move at a time
let dragged = null;

const board = () => document.getElementById("board");
const laneOf = (card) => card.closest("[data-step]");
const link = (card) => card.querySelector(".k-deal-name");
const tell = (text, isBad = false) => { box.classList.toggle("k-bad", isBad); box.textContent = text; };
const sentence = (name, card, lane) => board().dataset[`say${name}`]
  .replace("#name#", () => card.querySelector("[data-name]").textContent).replace("#step#", () => lane.dataset.label);
const home = (card) => ({ list: card.parentElement, next: card.nextElementSibling });
const goHome = (card, { list, next }) => list.insertBefore(card, next);
const put = (card, lane) => lane.querySelector("ul").prepend(card);

function arm() {
  all("[data-movable]").forEach((card) => { card.draggable = true; });
}

function focusOn(id, stepId) {
  const card = document.getElementById(id);
  (card ? link(card) : document.getElementById(`lane-${stepId}-name`))?.focus();
}

// The parts of this page become those of the page that answered; false when that is no board
function replaceBy(page) {
  if (!page.getElementById("board")) return false;
  all("[data-part]").forEach((part) => {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh) part.replaceWith(document.adoptNode(fresh));
  });
  document.title = page.title;
  arm();
  return true;
}

async function send(card, lane, back) {
  const form = card.querySelector("form[data-move]");
  const fields = new URLSearchParams(new FormData(form));
  const from = laneOf(back.list);
  const { id } = card;
  let words = sentence("Lost", card, from);
  let isBad = true;
  fields.set("step", lane.dataset.step);
  isBusy = true;
  card.setAttribute("aria-busy", "true");
  tell(sentence("Wait", card, lane));
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    if (answer.headers.get("Content-Type").includes("json")) words = (await answer.json()).message;
    else {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!replaceBy(page)) { location.reload(); return; }   // signed out meanwhile: the server asks who it is
      const notes = all("main > [role=status] .k-note, main > [role=alert] .k-note", page);
      words = notes.map((note) => note.textContent.trim()).join(" ");
      isBad = notes.some((note) => note.matches(".bad"));
    }
  } catch { /* no answer: the sentence for that is chosen already */ }
  isBusy = false;
  if (card.isConnected) { card.removeAttribute("aria-busy"); goHome(card, back); }
  document.getElementById(id)?.classList.toggle("moved", !isBad);
  focusOn(id, lane.dataset.step);
  tell(words, isBad);
}

// ---- by keyboard: Space picks up and puts down, the arrows choose the step, Escape leaves it where it was
function pickUp(card) {
  held = { card, home: home(card), from: laneOf(card), lane: laneOf(card) };
  card.classList.add("held");
  tell(sentence("Picked", card, held.lane));
}

function shift(by) {
  const lanes = all("[data-step]").filter((lane) => lane.hasAttribute("data-open") || lane === held.from);
  const lane = lanes[lanes.indexOf(held.lane) + by];
  if (!lane) { tell(sentence("End", held.card, held.lane)); return; }
  held.lane = lane;
  isMoving = true;
  if (lane === held.from) goHome(held.card, held.home); else put(held.card, lane);
  link(held.card).focus();
  isMoving = false;
  held.card.scrollIntoView({ block: "nearest", inline: "nearest" });
  tell(sentence("Over", held.card, lane));
}

function letGo(isWanted) {
  const { card, home: back, from, lane } = held;
  held = null;
  card.classList.remove("held");
  if (isWanted && lane !== from) { send(card, lane, back); return; }
  isMoving = true;
  const hadFocus = card.contains(document.activeElement);
  goHome(card, back);
  if (hadFocus) link(card).focus();
  isMoving = false;
  tell(sentence("Left", card, from));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isBusy) return;
  const card = event.target.closest?.("[data-movable]");
  if (!held) {
    if (event.key === " " && card && event.target === link(card)) { event.preventDefault(); pickUp(card); }
    return;
  }
  const act = {
    " ": () => letGo(true), Enter: () => letGo(true), Escape: () => letGo(false), ArrowLeft: () => shift(-1), ArrowRight: () => shift(1),
  }[event.key];
  if (act) { event.preventDefault(); event.stopPropagation(); act(); }
}, true);
document.addEventListener("focusout", () => { if (held && !isMoving) letGo(false); });

// ---- by the form of the card
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-move]");
  if (!form) return;
  event.preventDefault(); event.stopPropagation();
  const card = form.closest(".k-deal");
  const lane = document.getElementById(`lane-${form.elements.step.value}`);
  form.closest("details").open = false;
  if (isBusy) return;
  if (lane === laneOf(card)) { link(card).focus(); tell(sentence("Left", card, lane)); } else send(card, lane, home(card));
}, true);

// ---- by dragging
const clear = () => all(".k-lane.over").forEach((lane) => lane.classList.remove("over"));
const target = (event) => {
  const lane = dragged && event.target.closest?.("[data-step][data-open]");
  return lane && lane !== laneOf(dragged) ? lane : null;
};
document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-movable]");
  if (!card || isBusy) return;
  dragged = card; card.classList.add("drag");
  event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", card.id);
});
document.addEventListener("dragover", (event) => {
  clear();
  const lane = target(event);
  if (lane) { event.preventDefault(); lane.classList.add("over"); }
});
document.addEventListener("drop", (event) => {
  const lane = target(event);
  if (!lane) return;
  event.preventDefault();
  const [card, back] = [dragged, home(dragged)];
  put(card, lane);
  send(card, lane, back);
});
document.addEventListener("dragend", () => { clear(); dragged?.classList.remove("drag"); dragged = null; });

arm();
