// Lists by keyboard, and the count of what is ticked. Everything here works without it, by Tab and Space.
const list = document.querySelector(".listing");
const rows = [...(list?.querySelectorAll("tbody tr") ?? [])];
const links = rows.map((row) => row.querySelector("th a"));
const boxes = rows.map((row) => row.querySelector("input[name=row]"));
const whole = list?.querySelector("[data-pick-all]");
const told = list?.querySelector("[data-picked]");

const here = () => rows.findIndex((row) => row.contains(document.activeElement));
const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog, [popover]")?.checkVisibility();

document.addEventListener("keydown", (event) => {
  if ("keysOff" in document.body.dataset || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const at = here();
  const to = { j: at + 1, k: at < 0 ? rows.length - 1 : at - 1 }[event.key];
  if (to !== undefined && links[to]) {
    links[to].focus();
    rows[to].scrollIntoView({ block: "nearest" });
  } else if (event.key === "x" && boxes[at]) {
    boxes[at].click();
  } else if (event.key === "Enter" && at >= 0 && event.target.type === "checkbox") {
    links[at].click();
  }
});

let last = -1;
list?.addEventListener("click", (event) => {
  const at = boxes.indexOf(event.target);
  if (at < 0) return;
  if (event.shiftKey && last >= 0) {
    for (let n = Math.min(at, last); n <= Math.max(at, last); n += 1) boxes[n].checked = event.target.checked;
  }
  last = at;
  tell();
});
whole?.addEventListener("change", () => {
  for (const box of boxes) box.checked = whole.checked;
  tell();
});

function tell() {
  const ticked = boxes.filter((box) => box?.checked).length;
  if (whole) {
    whole.checked = ticked > 0 && ticked === boxes.length;
    whole.indeterminate = ticked > 0 && ticked < boxes.length;
  }
  if (told && ticked) told.textContent = ticked === 1 ? told.dataset.one : told.dataset.many.replace("%n", ticked);
}
addEventListener("pageshow", tell); // the browser may have kept what was ticked

// One of these popovers is open at a time; a click beside it, or Escape, closes it.
const open = () => document.querySelectorAll("details.choose[open]");
document.addEventListener("click", (event) => open().forEach((each) => each.contains(event.target) || (each.open = false)));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  open().forEach((each) => {
    each.open = false;
    each.querySelector("summary").focus();
  });
});
