// The feed follows what happens: new events come above the others and are said aloud once. Whoever reads in peace stops it.
const feed = document.querySelector("[data-live]");
const button = feed.querySelector("button"), news = feed.querySelector("[data-news]");
const say = (text) => { const box = document.querySelector("[data-say]"); if (box) box.textContent = text; };
const EACH = 20_000;
const isOn = () => button.getAttribute("aria-pressed") === "true";
let newest = feed.dataset.newest, isAsking = false;

async function look() {
  if (isAsking || !isOn() || document.visibilityState !== "visible") return;
  isAsking = true;
  const address = new URL(feed.dataset.live, location.href);
  address.searchParams.set("after", newest);
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  isAsking = false;
  if (!answer?.ok || answer.redirected || answer.status === 204) return;
  const found = await answer.json();
  newest = found.newest;
  if (!found.html) return;
  const came = document.createElement("div");
  came.innerHTML = found.html;
  news.prepend(...came.childNodes);
  say(found.text);
}

button.parentElement.hidden = false;
button.addEventListener("click", () => { button.setAttribute("aria-pressed", String(!isOn())); look(); });
document.addEventListener("visibilitychange", look);
addEventListener("focus", look);
setInterval(look, EACH);
