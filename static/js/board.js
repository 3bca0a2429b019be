// Cards move at once and are put back, with the reason, when the server refuses. It knows nothing of deals but ids.

const board = document.querySelector("[data-board]");
const columns = [...board.querySelectorAll("[data-column]")];
const spoken = document.querySelector("[data-spoken]");
const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
const columnOf = (card) => card.closest("[data-column]");
const toast = (text, kind) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
let dragged = null;

async function move(card, column) {
  const from = columnOf(card);
  if (!card.draggable || from === column) return;
  const place = card.nextElementSibling;
  const focused = document.activeElement === card;
  column.querySelector(".cards").prepend(card);
  card.classList.add("waiting");
  if (focused) focus(card);
  const refusal = await send(card, column.dataset.column);
  card.classList.remove("waiting");
  if (refusal) {
    const home = columns.find((other) => other.dataset.column === card.dataset.stage) ?? from;
    if (home === from) from.querySelector(".cards").insertBefore(card, place?.isConnected ? place : null);
    else home.querySelector(".cards").prepend(card);
    toast(refusal, "error");
    spoken.textContent = `Not moved. ${refusal}`;
  } else {
    card.dataset.stage = column.dataset.column;
    spoken.textContent = `${card.querySelector(".title").textContent} moved to ${column.dataset.label}.`;
  }
  if (focused) focus(card);
  roving();
}

// Answers why it was refused, or nothing. Losing the network is a refusal too: the card goes back.
async function send(card, stage) {
  const body = new URLSearchParams({ stage, was: card.dataset.stage });
  const headers = { "X-CSRFToken": board.dataset.token, "HX-Request": "true" };
  try {
    const answer = await fetch(`/deals/${card.dataset.card}/stage/${location.search}`, { method: "POST", body, headers });
    const text = await answer.text();
    if (answer.ok && !answer.redirected) return swapHeads(text);
    if (answer.status === 409) return overtaken(card, text);
    const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
    if (answer.redirected) return "You are signed out. Sign in again in another tab.";
    return plain ? text : answer.status === 404 ? "It is gone, or you may no longer see it." : "The server could not save it. Try again in a moment.";
  } catch {
    return "No connection. Try again in a moment.";
  }
}

// Somebody else was quicker: the card belongs where they put it, under the heads as they are now.
function overtaken(card, html) {
  const refusal = new DOMParser().parseFromString(html, "text/html").querySelector("[data-refusal]");
  if (!refusal) return "Somebody saved something else at the same moment. Reload the board.";
  card.dataset.stage = refusal.dataset.stage;
  swapHeads(html);
  return refusal.textContent;
}

function swapHeads(html) {
  const heads = new DOMParser().parseFromString(html, "text/html");
  for (const head of heads.querySelectorAll(".column-head")) document.getElementById(head.id)?.replaceWith(head);
}

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]");
  if (!dragged?.draggable) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
  requestAnimationFrame(() => dragged?.classList.add("dragging"));
});
board.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest("[data-column]");
  if (!column) return;
  event.preventDefault();
  for (const other of columns) other.classList.toggle("over", other === column);
});
board.addEventListener("drop", (event) => {
  const column = event.target.closest("[data-column]");
  event.preventDefault();
  if (dragged && column) move(dragged, column);
});
board.addEventListener("dragend", () => {
  dragged?.classList.remove("dragging");
  for (const column of columns) column.classList.remove("over");
  dragged = null;
});

// One Tab stop a column: its first card, or the one that was focused last.
function roving() {
  for (const column of columns) {
    const cards = cardsOf(column);
    const current = cards.find((card) => card.tabIndex === 0) ?? cards[0];
    for (const card of cards) card.tabIndex = card === current ? 0 : -1;
  }
}
function focus(card) {
  for (const other of cardsOf(columnOf(card))) other.tabIndex = -1;
  card.tabIndex = 0;
  card.focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

board.addEventListener("keydown", (event) => {
  const card = event.target.closest("[data-card]");
  if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
  const column = columnOf(card);
  const at = columns.indexOf(column);
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key] * (getComputedStyle(board).direction === "rtl" ? -1 : 1);
  if (event.key === "Enter") return card.querySelector("a").click();
  if (sideways && event.shiftKey && columns[at + sideways]) move(card, columns[at + sideways]);
  else if (sideways) focusNear(card, at, sideways);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(card, column, event.key === "ArrowDown" ? 1 : -1);
  else if (/^[1-9]$/.test(event.key) && columns[event.key - 1]) move(card, columns[event.key - 1]);
  else return;
  event.preventDefault();
});
function step(card, column, by) {
  const cards = cardsOf(column);
  const next = cards[cards.indexOf(card) + by];
  if (next) focus(next);
}
function focusNear(card, at, by) {
  const row = cardsOf(columns[at]).indexOf(card);
  for (let to = at + by; columns[to]; to += by) {
    const cards = cardsOf(columns[to]);
    if (cards.length) return focus(cards[Math.min(row, cards.length - 1)]);
  }
}

document.addEventListener("htmx:afterSettle", roving);
roving();
