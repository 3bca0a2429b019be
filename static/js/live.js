// Shows what others changed: asks for it as for any page and puts it where it belongs. Nothing is taken from under
// somebody's fingers: not the focus, not the scroll, no field in which one types, no card that is held.
const find = (selector, where = document) => where.querySelector(selector);
const live = find("[data-live]");
const shown = new Map(); // what each part said when it was shown last
const CHANCES = "a, button, summary, [tabindex]";
const MANY = 100; // cards asked for at once
let mine;
let news = { rows: new Map(), all: false };
let [isAsking, turns, pressed, isGone] = [false, 0, false, false];

export function hear({ changed = {}, all, viewers }, own) {
  mine = own;
  for (const [key, sets] of Object.entries(changed)) news.rows.set(key, [...(news.rows.get(key) ?? []), ...sets]);
  news.all ||= Boolean(all);
  if (viewers) see();
  ask();
}

// One question at a time: what comes up meanwhile is the next one. A page that nobody looks at asks once it is seen.
async function ask() {
  for (const [key, sets] of news.rows) if (sets.every((one) => mine.has(one))) news.rows.delete(key);
  if (isAsking || isGone || document.hidden || pressed || find(".dragging") || !(news.all || news.rows.size)) return;
  const told = news;
  [isAsking, news] = [true, { rows: new Map(), all: false }];
  const detail = {};
  document.dispatchEvent(new CustomEvent("news", { detail }));
  const form = find("[data-others]");
  const taken = detail.board ? new Board(detail.board, told.rows).take(told.all) : form ? note(form) : compare();
  await taken.catch(() => (news.all = true));
  isAsking = false;
  if (!news.all || navigator.onLine) setTimeout(ask, news.rows.size || news.all ? 300 : 0);
}

// What was asked for before somebody did something may be older than that.
function free() {
  turns += 1;
  setTimeout(ask);
}
document.addEventListener("wrote", free);
document.addEventListener("visibilitychange", ask);
addEventListener("online", ask);
document.addEventListener("pointerdown", () => (pressed = true), true);
for (const name of ["pointerup", "pointercancel", "dragend"]) {
  document.addEventListener(name, () => {
    if (pressed) free();
    pressed = false;
  }, true);
}

async function get(address) {
  const { referrer, origin } = { referrer: document.referrer, origin: location.origin };
  const answer = await fetch(address, { headers: { "Parsley-Live": "1" }, referrer: referrer.startsWith(origin) ? referrer : location.href });
  if ([403, 404].includes(answer.status) && !isGone) {
    isGone = true;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: live.dataset.gone, kind: "error" } }));
  }
  if (answer.status >= 500) throw new Error(answer.status);
  return answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

// --- Pages in parts -------------------------------------------------------------------------------------------------
// Each data-part is compared with what the page would say now. The event `part` goes to one that differs; who prevents
// it has seen to it.
async function compare() {
  const turn = turns;
  const fresh = await get(location.href);
  if (turn !== turns || pressed) return again();
  for (const old of fresh ? document.querySelectorAll("[data-part]") : []) {
    const part = find(`[data-part="${old.dataset.part}"]`, fresh);
    if (part && (shown.get(old) ?? plain(old)) !== plain(part)) swap(old, part);
  }
  document.dispatchEvent(new Event("compared"));
}

function swap(old, part) {
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const at = active && [...old.querySelectorAll(CHANCES)].indexOf(active);
  const place = [...old.querySelectorAll("[id]")].find((one) => one.getBoundingClientRect().bottom > 0);
  const top = old.getBoundingClientRect().top < 0 && place?.getBoundingClientRect().top;
  const said = plain(part);
  if (!old.dispatchEvent(new CustomEvent("part", { bubbles: true, cancelable: true, detail: { part } }))) return;
  if (active?.matches("input, textarea, select")) {
    return active.addEventListener("focusout", () => setTimeout(again), { once: true });
  }
  find("#viewers", part)?.replaceWith(find("#viewers", old));
  old.replaceWith(part);
  shown.set(part, said);
  htmx.process(part);
  if (active) (active.isConnected ? active : part.querySelectorAll(CHANCES)[at])?.focus({ preventScroll: true });
  const there = typeof top === "number" && document.getElementById(place.id);
  if (there) scrollBy({ top: there.getBoundingClientRect().top - top, behavior: "instant" });
}
function again() {
  news.all = true;
  ask();
}

// Tokens are new with every answer, and classes of htmx come and go.
function plain(part) {
  const copy = part.cloneNode(true);
  for (const one of copy.querySelectorAll("[name=csrfmiddlewaretoken], [name=once]")) one.removeAttribute("value");
  find("#viewers", copy)?.remove();
  return copy.innerHTML.replace(/ class=""| (?:tabindex|open)="[^"]*"/g, "");
}

// A form stays as one typed it, and says what others changed since it was opened.
async function note(line) {
  const { version } = line.closest("form").elements;
  const html = await get(`${location.pathname}?${new URLSearchParams({ theirs: "", version: version.value })}`);
  if (html && html.body.textContent.trim() !== line.textContent.trim()) line.replaceChildren(...html.body.children);
}

async function see() {
  const html = await get(live.dataset.viewers);
  if (html) find("#viewers").replaceChildren(...html.body.childNodes);
}

// --- The board ------------------------------------------------------------------------------------------------------
// Cards glide to where others put them, come in their place, and go. One that is held (on its way, under its menu or
// dialog) waits.
class Board {
  constructor(board, rows) {
    Object.assign(this, { board, rows, turn: turns });
  }

  async take(all) {
    const wanted = [...this.rows.keys()].filter((key) => !this.waits(key));
    return all ? this.takeAll() : this.bring(wanted);
  }

  waits(key) {
    if (!this.board.isHeld(key)) return false;
    news.rows.set(key, this.rows.get(key) ?? [null]);
    return true;
  }

  // Whether somebody did something since it was asked for: then it is asked for once more.
  get isLate() {
    return this.turn !== turns || pressed;
  }

  async bring(keys) {
    for (let from = 0; from < keys.length; from += MANY) {
      const some = keys.slice(from, from + MANY);
      const asked = new URLSearchParams(location.search);
      asked.set("ids", some);
      const html = await get(`${live.dataset.cards}?${asked}`);
      if (this.isLate) return keys.slice(from).forEach((key) => news.rows.set(key, this.rows.get(key) ?? [null]));
      if (html) this.show(html, some);
    }
  }

  async takeAll() {
    const html = await get(location.href);
    if (this.isLate) news.all = true;
    if (this.isLate || !html) return;
    const keys = (where) => [...where.querySelectorAll("[data-card]")].map((card) => card.dataset.card);
    const there = keys(html);
    this.show(html, there);
    for (const column of this.board.columns) {
      const more = find(`#${column.id} .more`, html);
      if (!more || find(".more", column)) continue;
      find(".cards", column).append(more);
      htmx.process(more);
    }
    await this.bring(keys(document).filter((key) => !there.includes(key) && !this.waits(key)));
  }

  show(html, keys) {
    this.board.takeHeads(html);
    for (const key of keys.filter((one) => !this.waits(one))) {
      this.place(document.getElementById(`deal-${key}`), html.getElementById(`deal-${key}`), keys.length < 6);
    }
    this.board.roving();
  }

  place(card, fresh, glides) {
    const { named, columnOf, cardsOf, takeCard, put } = this.board;
    const column = fresh && named(fresh.dataset.stage);
    if (!column) return this.leave(card);
    const stays = card && columnOf(card) === column && (card.dataset.order === fresh.dataset.order || "first" in card.dataset);
    if (stays) return takeCard(card, fresh.ownerDocument);
    const more = find(".more", column);
    const sorted = cardsOf(column).filter((one) => one !== card && !("first" in one.dataset));
    const next = sorted.find((one) => one.dataset.order > fresh.dataset.order);
    if (!next && more) return this.leave(card); // beyond what was loaded
    const enter = () => find(".cards", column).insertBefore(card ?? fresh, next ?? more);
    if (!card) return enter();
    delete card.dataset.first;
    takeCard(card, fresh.ownerDocument);
    return put(card, enter, glides, false);
  }

  leave(card) {
    if (!card) return;
    const beside = [card.nextElementSibling, card.previousElementSibling].find((one) => one?.matches("[data-card]"));
    const next = beside ?? find(".deal-card", find("[data-board]"));
    const focused = card.contains(document.activeElement);
    card.remove();
    if (focused && next?.isConnected) this.board.focus(next, false);
  }
}
