// What every page does: shortcuts, toasts that go, pickers that narrow while typing. All of it works without, too.
const typing = (event) => event.target.closest("input, textarea, select, [contenteditable]");
const go = { h: "/", d: "/deals/", c: "/contacts/", o: "/companies/", a: "/activities/", p: "/pipeline/" };
let afterG = false;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) {
    event.target.form.requestSubmit();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
  if (afterG && go[event.key]) location.href = go[event.key];
  afterG = event.key === "g";
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("search")?.focus();
  } else if (!afterG) {
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});

// A toast stays for six seconds, longer while somebody points at it; errors stay.
function toast(text, kind = "") {
  const line = document.createElement("p");
  line.className = `toast ${kind}`;
  line.textContent = text;
  document.querySelector(".toasts").append(line);
  fade(line);
}
function fade(line) {
  if (line.classList.contains("error")) return;
  setTimeout(() => (line.matches(":hover") ? fade(line) : line.remove()), 6000);
}
document.querySelectorAll(".toast").forEach(fade);
document.addEventListener("toast", ({ detail }) => toast(detail.text, detail.kind));

// The server says so where a person could have seen it: a part of a page that could not be fetched.
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const plain = event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  toast(plain ? responseText : status === 503 ? "The database cannot be reached. Try again in a moment." : "That did not work. Reload the page.", "error");
});
document.addEventListener("htmx:sendError", () => toast("No connection. Try again in a moment.", "error"));

let waiting;
document.addEventListener("input", (event) => {
  const address = event.target.dataset.options;
  if (!address) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await fetch(`${address}?q=${encodeURIComponent(event.target.value)}`);
    if (answer.ok) event.target.list.innerHTML = await answer.text();
  }, 150);
});

document.querySelector("[data-focus]")?.focus();
document.addEventListener("click", (event) => {
  document.querySelectorAll("details[name=menu][open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
});
