// Cards move at once, and glide back with the reason when the server refuses. It knows nothing of deals but ids, and no
// words but those of its data attributes.
const find = (selector, where = document) => where.querySelector(selector);
const board = find("[data-board]");
const words = board.dataset;
const columns = [...board.querySelectorAll("[data-column]")];
const [spoken, strip, menu, lost, forecast] = ["[data-spoken]", "[data-strip]", "#card-menu", "#lost", "#forecast"].map((one) => find(one));
const named = (stage) => columns.find((column) => column.dataset.column === stage);
const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
const columnOf = (card) => card.closest("[data-column]");
const titleOf = (card) => find(".title", card).textContent;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const say = (text) => (spoken.textContent = text);
const tell = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));
const page = (html) => new DOMParser().parseFromString(html, "text/html");
const rtl = getComputedStyle(board).direction === "rtl";
const still = matchMedia("(prefers-reduced-motion: reduce)");
let dragged = null;

// --- Moving ---------------------------------------------------------------------------------------------------------
// fields: what is sent along; glides: whether one sees it go (a dragged card is there already).
async function move(card, column, { fields = {}, glides = true, asked = false } = {}) {
  if (!card.draggable) return refuse(card, words.fixed);
  if (card.classList.contains("waiting")) return say(words.busy);
  const from = columnOf(card);
  if (!column || from === column) return;
  if (column.dataset.kind === "lost" && !asked && find("[value]:not([value='-'], [value=''])", lost)) {
    card.classList.add("waiting"); // also for the answer: one move of a card at a time
    const reason = await whyLost(card, column);
    card.classList.remove("waiting");
    if (!reason) return focus(card);
    if (reason !== "-") fields = { ...fields, lost_reason: reason };
  }
  const was = card.dataset.stage;
  const reason = card.dataset.reason ?? "";
  const place = card.nextElementSibling;
  put(card, () => find(".cards", column).prepend(card), glides);
  card.dataset.first = ""; // not in its order, until the board is opened again
  card.classList.add("waiting");
  const refusal = await send(card, { ...fields, stage: column.dataset.column, was });
  card.classList.remove("waiting", "offline");
  if (refusal) {
    const home = named(card.dataset.stage) ?? from;
    const back = home === from && place?.isConnected ? place : find(".cards", home).firstElementChild;
    put(card, () => find(".cards", home).insertBefore(card, home === from && !place?.isConnected ? null : back), true);
    refuse(card, refusal.text);
    if (refusal.wants === "lost_reason") move(card, column, { fields: { ...fields, lost_reason: "" }, glides });
  } else {
    const moved = fill(words.moved, { deal: titleOf(card), stage: column.dataset.label });
    say(moved);
    document.querySelectorAll(".toast.moved").forEach((one) => one.remove());
    tell({ text: moved, kind: "moved", undo: { url: stageOf(card), fields: { stage: was, was: column.dataset.column, lost_reason: reason } } });
  }
}

function refuse(card, text) {
  tell({ text, kind: "error" });
  say(fill(words.notMoved, { why: text }));
}

// Keeps the focus; the card itself is there at once, and what glides is a picture of it.
function put(card, change, glides, scrolls = true) {
  const focused = card.contains(document.activeElement);
  const from = glides && !still.matches && card.getBoundingClientRect();
  change();
  if (focused) focus(card, scrolls);
  roving();
  if (!from || !from.width) return;
  const to = card.getBoundingClientRect();
  const ghost = card.cloneNode(true);
  for (const name of ["id", "data-card", "draggable", "tabindex"]) ghost.removeAttribute(name);
  ghost.className = "deal-card ghost";
  ghost.inert = true;
  ghost.ariaHidden = "true";
  Object.assign(ghost.style, { left: `${to.left}px`, top: `${to.top}px`, width: `${to.width}px`, height: `${to.height}px` });
  document.body.append(ghost);
  card.classList.add("gliding");
  const path = [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: "none" }];
  ghost.animate(path, { duration: 180, easing: "ease-out" }).finished.finally(() => {
    ghost.remove();
    card.classList.remove("gliding");
  });
}

const stageOf = (card) => `/deals/${card.dataset.card}/stage/`;
const headers = () => ({ "X-CSRFToken": words.token, "HX-Request": "true" });
const pause = (ms) => new Promise((done) => {
  setTimeout(done, ms);
  addEventListener("online", done, { once: true });
});

// Answers {text} where it was refused, or nothing. Without a network it is tried again for a while: sent twice, a move
// is made once, for the server knows where the card was.
async function send(card, fields) {
  const until = performance.now() + Number(words.patience);
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      const answer = await fetch(stageOf(card) + location.search, { method: "POST", body: new URLSearchParams(fields), headers: headers() });
      if (![502, 503, 504].includes(answer.status) || performance.now() + wait > until) return await outcome(card, answer, fields.stage);
    } catch {
      if (performance.now() + wait > until) return { text: words.offline };
    }
    card.classList.add("offline");
    card.dataset.waits = words.waiting;
    say(words.waiting);
    await pause(wait);
  }
}

async function outcome(card, answer, stage) {
  const text = await answer.text();
  if (answer.redirected || answer.status === 401) return { text: words.signedOut };
  wrote(answer);
  const html = page(text);
  const refusal = find("[data-refusal]", html);
  if (answer.ok || refusal) {
    card.dataset.stage = refusal ? refusal.dataset.stage : stage;
    takeHeads(html);
    takeCard(card, html);
  }
  if (answer.ok) return null;
  if (refusal) return { text: refusal.textContent, wants: answer.status === 422 && refusal.dataset.field };
  if (answer.status === 409) return { text: words.collided };
  if (answer.status === 404) return { text: words.gone };
  return { text: answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : words.failed };
}

function takeHeads(html) {
  for (const head of html.querySelectorAll(".column-head")) document.getElementById(head.id)?.replaceWith(head);
}
function takeCard(card, html) {
  const fresh = find(`[data-card="${card.dataset.card}"]`, html);
  if (!fresh) return;
  for (const name of ["data-stage", "data-reason", "data-order", "draggable"]) {
    if (fresh.hasAttribute(name)) card.setAttribute(name, fresh.getAttribute(name));
    else card.removeAttribute(name);
  }
  const kept = card.contains(document.activeElement) && document.activeElement !== card;
  card.replaceChildren(...fresh.childNodes);
  if (kept) card.focus();
}

// What others did is shown by static/js/live.js, by what is here. A card that is held waits.
const wrote = (answer) => document.dispatchEvent(new CustomEvent("wrote", { detail: answer.headers.get("Parsley-Change-Set") }));
const isHeld = (key) => find(`#deal-${key}.waiting, [data-of="${key}"]:is([open], :popover-open)`);
document.addEventListener("news", ({ detail }) => (detail.board = { columns, named, columnOf, cardsOf, put, focus, roving, takeHeads, takeCard, isHeld }));

// Undo in the toast: the same move backwards, in place where the card is still here.
document.addEventListener("undo", (event) => {
  const { url, fields } = event.detail;
  const card = [...board.querySelectorAll("[data-card]")].find((one) => new URL(stageOf(one), location.href).pathname === new URL(url, location.href).pathname);
  if (!card || !named(fields.stage)) return;
  event.preventDefault();
  const kept = fields.lost_reason ? { lost_reason: fields.lost_reason } : {};
  move(card, named(fields.stage), { fields: kept, asked: true });
});

// --- Dialogs and the menu of a card ---------------------------------------------------------------------------------
function whyLost(card, column) {
  find("[data-lost-name]", lost).textContent = titleOf(card);
  find("[data-skip]", lost).hidden = "required" in column.dataset;
  lost.returnValue = "";
  lost.showModal();
  return new Promise((done) => lost.addEventListener("close", () => done(lost.returnValue), { once: true }));
}

async function edit(card) {
  if (!card.draggable) return refuse(card, words.fixed);
  try {
    await showForecast(card, await fetch(`/deals/${card.dataset.card}/forecast/`, { headers: headers() }));
  } catch {
    tell({ text: words.offline, kind: "error" });
  }
}
async function showForecast(card, answer) {
  const html = page(await answer.text());
  const form = find("[data-forecast]", html);
  if (form) {
    forecast.replaceChildren(form);
    forecast.dataset.of = card.dataset.card;
    if (!forecast.open) forecast.showModal();
    (find("[autofocus], .wrong input, input:not([type=hidden])", form))?.focus();
    form.addEventListener("submit", (event) => save(event, card, form));
    find("[data-cancel]", form).addEventListener("click", () => forecast.close());
  } else if (answer.ok && !answer.redirected) {
    wrote(answer);
    takeHeads(html);
    takeCard(card, html);
    forecast.close();
    const said = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast;
    if (said) tell(said);
    focus(card);
  } else {
    forecast.close();
    refuse(card, answer.redirected ? words.signedOut : answer.status === 404 ? words.gone : html.body.textContent || words.failed);
  }
}
async function save(event, card, form) {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  try {
    await showForecast(card, await fetch(`/deals/${card.dataset.card}/forecast/${location.search}`, { method: "POST", body, headers: headers() }));
  } catch {
    tell({ text: words.offline, kind: "error" });
  }
}

board.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-menu]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showMenu(opener.closest("[data-card]"), opener);
});
function showMenu(card, opener) {
  menu.dataset.of = card.dataset.card;
  find("#card-menu-title").textContent = titleOf(card);
  find("[data-all]", menu).href = opener.href;
  for (const one of menu.querySelectorAll("[data-to]")) {
    one.toggleAttribute("disabled", one.dataset.to === card.dataset.stage);
  }
  menu.showPopover();
  const [at, own] = [opener.getBoundingClientRect(), menu.getBoundingClientRect()];
  const left = rtl ? at.left : at.right - own.width;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - own.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(at.bottom + 4, innerHeight - own.height - 8))}px`;
  find("button:not([disabled])", menu).focus({ preventScroll: true });
}
menu.addEventListener("click", (event) => {
  const wanted = event.target.closest("button");
  const card = document.getElementById(`deal-${menu.dataset.of}`);
  if (!wanted || !card) return;
  menu.hidePopover();
  if (wanted.dataset.to) move(card, named(wanted.dataset.to));
  else edit(card);
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const open = step && event.target.closest(".card-menu");
  if (!open) return;
  event.preventDefault();
  const all = [...open.querySelectorAll("button:not([disabled]), a")];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
});

// --- Dragging -------------------------------------------------------------------------------------------------------
let over = null;
const target = (event) => event.target.closest?.("[data-column], [data-drop]");
function mark(next) {
  if (next === over) return;
  over?.classList.remove("over");
  next?.classList.add("over");
  over = next;
}
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]");
  if (!dragged?.draggable) return (dragged = null);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
  requestAnimationFrame(() => {
    dragged?.classList.add("dragging");
    strip.classList.toggle("shown", Boolean(dragged));
    board.classList.toggle("carrying", Boolean(dragged));
  });
});
document.addEventListener("dragover", (event) => {
  const goal = dragged && target(event);
  if (goal) event.preventDefault();
  if (dragged) mark(goal);
});
document.addEventListener("drop", (event) => {
  const goal = dragged && target(event);
  if (!goal) return;
  event.preventDefault();
  move(dragged, named(goal.dataset.column ?? goal.dataset.drop), { glides: false });
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragging");
  strip.classList.remove("shown");
  board.classList.remove("carrying");
  mark(null);
  dragged = null;
});

// --- Keys -----------------------------------------------------------------------------------------------------------
// One Tab stop a column: its first card, or the one that was focused last.
function roving() {
  for (const column of columns) {
    const stops = column.querySelectorAll("[data-card][tabindex='0']");
    const current = stops[0] ?? find("[data-card]", column);
    for (const card of stops) if (card !== current) card.tabIndex = -1;
    if (current) current.tabIndex = 0;
  }
}
function focus(card, scrolls = true) {
  for (const other of columnOf(card).querySelectorAll("[data-card][tabindex='0']")) other.tabIndex = -1;
  card.tabIndex = 0;
  card.focus({ preventScroll: true });
  if (scrolls) card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

board.addEventListener("keydown", (event) => {
  const card = event.target.closest("[data-card]");
  if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
  const column = columnOf(card);
  const at = columns.indexOf(column);
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key] * (rtl ? -1 : 1);
  const single = !("keysOff" in document.body.dataset) && !event.shiftKey;
  const kind = { w: "won", s: "lost" }[event.key];
  if (event.key === "Enter") find("a", card).click();
  else if (sideways && event.shiftKey) move(card, columns[at + sideways]);
  else if (sideways) focusNear(card, at, sideways);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(card, event.key === "ArrowDown" ? "next" : "previous");
  else if (single && /^[1-9]$/.test(event.key) && columns[event.key - 1]) move(card, columns[event.key - 1]);
  else if (single && kind) move(card, columns.find((one) => one.dataset.kind === kind));
  else if (single && event.key === "e") edit(card);
  else return;
  event.preventDefault();
});
function step(card, side) {
  let next = card[`${side}ElementSibling`];
  while (next && !next.matches("[data-card]")) next = next[`${side}ElementSibling`];
  if (next) focus(next);
  else if (side === "next") find(".more a", columnOf(card))?.click();
}
function focusNear(card, at, by) {
  const row = cardsOf(columns[at]).indexOf(card);
  for (let to = at + by; columns[to]; to += by) {
    const cards = cardsOf(columns[to]);
    if (cards.length) return focus(cards[Math.min(row, cards.length - 1)]);
  }
}

// --- What htmx brought ----------------------------------------------------------------------------------------------
// More cards, of which one may be here already because it was moved; or a deal that was added in its column.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 422) Object.assign(detail, { shouldSwap: true, isError: false });
});
document.addEventListener("htmx:afterSettle", () => {
  for (const added of board.querySelectorAll("template[data-added]")) {
    const card = find("[data-card]", added.content);
    takeHeads(added.content);
    if (card) find(".cards", added.closest("[data-column]")).prepend(card);
    added.remove();
  }
  const seen = new Set();
  for (const card of board.querySelectorAll("[data-card]")) {
    if (seen.has(card.id)) card.remove();
    seen.add(card.id);
  }
  roving();
});

// --- Which columns are seen -----------------------------------------------------------------------------------------
// On a phone it is one, which its menu names; on a desk the spines at both edges name those one has to scroll to.
const stages = find("#stages");
const links = [...stages.querySelectorAll("a")];
const spines = [...document.querySelectorAll("[data-beyond]")];
const inView = new Set();
function nameOf(column) {
  const name = document.createElement("span");
  name.className = `stage-${column.dataset.column}`;
  name.append(...find("h2", column).cloneNode(true).childNodes);
  return name;
}
const beyond = (by) => {
  const at = columns.map((column, n) => inView.has(column) && n).filter((n) => n !== false);
  return !at.length ? [] : by < 0 ? columns.slice(0, at[0]) : columns.slice(at.at(-1) + 1);
};
function showWhere() {
  for (const spine of spines) {
    const others = beyond(Number(spine.dataset.beyond));
    spine.hidden = !others.length;
    find("[data-beyond-stages]", spine).replaceChildren(...others.map(nameOf));
  }
  const [first] = columns.filter((column) => inView.has(column));
  if (first) find("[data-seen]").replaceChildren(nameOf(first));
  links.forEach((link, n) => (columns[n] === first ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
}
const watch = new IntersectionObserver((changes) => {
  for (const { target: column, isIntersecting } of changes) inView[isIntersecting ? "add" : "delete"](column);
  showWhere();
}, { root: board, threshold: 0.6 });
columns.forEach((column) => watch.observe(column));
function turn(spine) {
  const others = beyond(Number(spine.dataset.beyond));
  const next = spine.dataset.beyond < 0 ? others.slice(-inView.size)[0] : others.slice(0, inView.size).at(-1);
  next?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: still.matches ? "auto" : "smooth" });
}
for (const spine of spines) {
  spine.addEventListener("click", () => turn(spine));
  spine.addEventListener("dragenter", () => turn(spine));
}
stages.addEventListener("click", ({ target }) => target.closest("a") && stages.hidePopover());
stages.addEventListener("beforetoggle", () => {
  links.forEach((link, n) => (find(".count", link).textContent = find("[data-count]", columns[n]).textContent));
});
roving();
