// My day by keys: j and k walk the rows, one key each completes, puts off and reschedules. All of it is buttons too.
const dialog = document.querySelector("[data-due-date]");
const rows = () => [...document.querySelectorAll("[data-day] [data-row]")];
const keyOf = ({ key, code }) => (/^[ -~]$/.test(key) || !/^Key/.test(code) ? key : code[3].toLowerCase());
const keysOff = "keysOff" in document.body.dataset;
let acted; // the id of the row that something was done to, which the answer replaces

// One Tab stop for all rows: the one that was focused last.
function rove(current = rows()[0]) {
  if (!keysOff) for (const row of rows()) row.tabIndex = row === current ? 0 : -1;
}
function focus(row) {
  rove(row);
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}
function step(from, by) {
  const all = rows();
  const next = all[from ? all.indexOf(from) + by : 0];
  if (next) focus(next);
}

document.addEventListener("keydown", (event) => {
  if (keysOff || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")?.checkVisibility() || dialog.open) return;
  const row = event.target.closest?.("[data-row]");
  const key = keyOf(event);
  const own = event.target === row && { " ": "Space", ArrowDown: "j", ArrowUp: "k", Enter: "Enter" }[event.key];
  const wanted = own || (/^[jkzr]$/.test(key) ? key : "");
  if (wanted === "j" || wanted === "k") step(row, wanted === "j" ? 1 : -1);
  else if (row && wanted) row.querySelector(wanted === "Enter" ? "[data-main]" : `[data-do="${wanted}"]`)?.click();
  else return;
  event.preventDefault();
});

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  const form = target.closest("[data-row], [data-due-date]");
  if (form) acted = (form.matches("[data-row]") ? form : document.querySelector(target.getAttribute("hx-target")))?.id ?? acted;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "due-date") {
    dialog.showModal();
    dialog.querySelector("input:not([type=hidden])").focus();
  } else if (dialog.open) dialog.close();
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id === "due-date") return;
  const row = acted && document.getElementById(acted);
  if (row) focus(row);
  else rove();
});
// What others changed comes along (static/js/live.js), but what was just done stays, with the way to take it back.
document.addEventListener("part", (event) => {
  const { target } = event;
  if (target.matches("[data-day]") && (dialog.open || target.querySelector(".task.done, .task [data-undo]"))) event.preventDefault();
});
document.addEventListener("compared", () => rove(rows().find((row) => row.contains(document.activeElement))));
dialog.addEventListener("click", ({ target }) => target.closest("[data-cancel]") && dialog.close());
rove();
