// What every page does: keys, toasts, menus, pickers that narrow while typing. All of it works without, too.
const find = (selector, where = document) => where.querySelector(selector);
const toasts = find(".toasts");

// --- Keys -----------------------------------------------------------------------------------------------------------
// A key is what is written on it, so that / and ? are where the reader's keyboard has them. Letters of another alphabet
// count by their place: the shortcuts go on working with an Arabic or a Cyrillic keyboard.
// The field of a dialog that was just closed still has the keys until the page is painted again: nobody types into it.
const typing = (event) => event.isComposing || event.target.closest?.("input, textarea, select, [contenteditable]")?.checkVisibility();
const keyOf = ({ key, code }) => (/^[ -~]$/.test(key) || !/^Key/.test(code) ? key : code[3].toLowerCase());
const keysOff = "keysOff" in document.body.dataset;
let afterG = false;

document.addEventListener("keydown", (event) => {
  const key = keyOf(event);
  if (event.ctrlKey || event.metaKey) {
    if (key === "Enter" && event.target.form) event.target.form.requestSubmit();
    if (key === "k" && !event.shiftKey && !event.altKey && find("#palette")) {
      event.preventDefault();
      palette();
    }
    return;
  }
  if (key === "Escape") closeMenus(null, true);
  if (keysOff || event.altKey || event.defaultPrevented || typing(event) || find("dialog[open]")) return;
  const wanted = afterG ? find(`[data-go="${CSS.escape(key)}"]`) : key === "/" ? find("#search") : key === "?" ? find("#keys") : owner(key);
  afterG = key === "g" && !afterG;
  if (!wanted) return;
  event.preventDefault();
  if (key === "/" && !wanted.checkVisibility()) palette();
  else if (key === "/") wanted.select();
  else if (wanted.id === "keys") listKeys(wanted);
  else press(wanted);
});

// The page's own first, then the shell's; of toasts the newest.
function owner(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((one) => one.checkVisibility());
  return all.find((one) => one.closest("main")) ?? all.at(-1);
}

// A field is gone to, a menu is opened at its first line, all else is clicked.
function press(wanted) {
  if (wanted.matches("input, textarea, select")) wanted.focus();
  else wanted.click();
  if (wanted.matches("summary")) find("a, button", wanted.parentElement.lastElementChild)?.focus();
}

// What the page declares itself: elements with data-key, and <template data-keys> for keys that have no element.
function listKeys(dialog) {
  const list = find("[data-page-keys] dl", dialog);
  list.replaceChildren(...[...document.querySelectorAll("main template[data-keys]")].map((one) => one.content.cloneNode(true)));
  for (const one of document.querySelectorAll("main [data-key]")) {
    const [line, term, key, words] = ["div", "dt", "kbd", "dd"].map((name) => document.createElement(name));
    key.textContent = one.dataset.key;
    words.textContent = one.dataset.keyLabel || one.ariaLabel || one.textContent.trim();
    term.append(key);
    line.append(term, words);
    list.append(line);
  }
  list.parentElement.hidden = !list.children.length;
  dialog.showModal();
}

async function palette() {
  const dialog = find("#palette");
  if (dialog.open) return dialog.close();
  find("[role=combobox]", dialog).value = "";
  dialog.showModal(); // at once: what is typed while the rest is loaded belongs here, and is no key of the page
  (await import(new URL(dialog.dataset.script, location.href))).open(dialog);
}

// --- Menus and dialogs ----------------------------------------------------------------------------------------------
function closeMenus(except, giveBack) {
  for (const menu of document.querySelectorAll("details[name=menu][open]")) {
    if (except && menu.contains(except)) continue;
    if (giveBack && menu.contains(document.activeElement)) find("summary", menu).focus();
    menu.open = false;
  }
}
document.addEventListener("click", (event) => {
  const { target } = event;
  closeMenus(target);
  const opener = target.closest("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog) event.preventDefault();
  if (dialog?.id === "palette") palette();
  else if (dialog?.id === "keys") listKeys(dialog);
  else dialog?.showModal();
  if (opener) closeMenus();
  if (target.matches("dialog[open]")) target.close(); // the ground around it
  target.closest("[data-close]")?.closest(".toast, dialog")?.remove();
});

// The places that an open menu of the shell covers are out of reach until it is closed, which a click anywhere does.
document.addEventListener("toggle", ({ target }) => {
  const nav = find(".sidebar nav");
  if (target.matches(".sidebar > details[name=menu]")) nav.inert = target.open;
}, true);

// --- Toasts ---------------------------------------------------------------------------------------------------------
// Six seconds, ten with Undo, and as long as somebody points at it or is in it; errors stay until they are closed.
// The event `toast` takes {text, kind, undo: {url, fields}, link: {url, text}}, or {all: […]} of these.
document.addEventListener("toast", ({ detail }) => (detail.all ?? [detail]).forEach(toast));

function toast({ text, kind = "", undo, link }) {
  for (const one of toasts.querySelectorAll(".toast.error p")) if (one.textContent === text) one.closest(".toast").remove(); // said once
  const line = find("template", toasts).content.firstElementChild.cloneNode(true);
  line.className = `toast ${kind}`;
  find("p", line).textContent = text;
  const [form, anchor, close] = ["form", "a", "[data-close]"].map((part) => find(part, line));
  if (undo) form.action = undo.url;
  else form?.remove();
  for (const [name, value] of Object.entries(undo?.fields ?? {})) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    find(`[name="${CSS.escape(name)}"]`, form)?.remove();
    form.append(field);
  }
  if (link) Object.assign(anchor, { href: link.url, textContent: link.text });
  else anchor.remove();
  if (kind !== "error") close.remove();
  toasts.append(line);
  fade(line);
  return line;
}

function fade(line) {
  if (line.classList.contains("error")) return;
  let timer;
  const stop = () => clearTimeout(timer);
  const start = () => {
    stop();
    if (!line.matches(":hover, :focus-within")) timer = setTimeout(() => line.remove(), find(".undo", line) ? 10_000 : 6_000);
  };
  for (const name of ["pointerenter", "focusin"]) line.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) line.addEventListener(name, () => setTimeout(start));
  start();
}
toasts?.querySelectorAll(".toast").forEach(fade);

// Undo posts a form. A page that would rather do it in place (a board) takes the event `undo` and prevents its default.
document.addEventListener("submit", (event) => {
  const form = event.target.closest(".toast .undo");
  if (!form) return;
  const detail = { url: form.action, fields: Object.fromEntries(new FormData(form)) };
  if (document.dispatchEvent(new CustomEvent("undo", { detail, cancelable: true }))) return;
  event.preventDefault();
  form.closest(".toast").remove();
});

// --- What htmx could not fetch --------------------------------------------------------------------------------------
let signedOut = false;
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 401) return (signedOut = true); // the answer brings its own toast
  const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  const { away, failed } = toasts.dataset;
  return toast({ text: plain ? xhr.responseText : xhr.status === 503 ? away : failed, kind: "error" });
});
document.addEventListener("htmx:sendError", ({ detail: { elt } }) => {
  if (elt.matches("form[hx-post]")) wait(elt);
  else toast({ text: toasts.dataset.offline, kind: "error" });
});

// Who signed in again in another tab comes back to forms that may be sent: signing in made the old tokens void.
document.addEventListener("visibilitychange", async () => {
  if (!signedOut || document.hidden) return;
  const answer = await fetch(find("#palette").dataset.address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  signedOut = false;
  const token = find("[name=csrfmiddlewaretoken]", new DOMParser().parseFromString(await answer.text(), "text/html")).value;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  for (const one of document.querySelectorAll("[data-token]")) one.dataset.token = token;
  for (const field of find("template", toasts).content.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  toasts.querySelectorAll(".error").forEach((line) => line.remove());
});

// --- Forms ----------------------------------------------------------------------------------------------------------
let waiting;
document.addEventListener("input", (event) => {
  const address = event.target.dataset.options;
  if (!address) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const { target } = event;
    const words = target.value;
    const answer = await fetch(`${address}?q=${encodeURIComponent(words)}`);
    const options = answer.ok && (await answer.text());
    if (answer.ok && target.value === words) target.list.innerHTML = options; // not of what one typed before
  }, 150);
});

find("[data-focus]")?.focus();

// --- Sent once the server can be reached ----------------------------------------------------------------------------
// Where the server is known to be out of reach, a form does not leave its page: the browser would put an error in the
// page's place. Until the server answers, the form waits with all that was typed; what htmx could not send waits likewise.
// Sent twice, a form is done once (records/drafts.py); a second click is spared all the same.
const LOOK = 10_000; // milliseconds between two looks at the server while one types
const waits = new Map(); // forms on their way: {timer, again} while they wait
const leaves = new WeakSet(); // forms that may go now
let [isThere, looked, notice] = [true, 0];

async function look() {
  looked = Date.now();
  const answer = await fetch(toasts.dataset.health, { method: "HEAD", cache: "no-store" }).catch(() => null);
  return (isThere = Boolean(answer?.ok));
}
document.addEventListener("input", ({ target: { form } }) => {
  if (toasts && form?.getAttribute("method") === "post" && Date.now() - looked > LOOK) look();
});

function tellWaiting() {
  notice ??= toast({ text: toasts.dataset.waiting, kind: "error" });
}
function wait(form, submitter) {
  const again = () => send(form, submitter);
  clearTimeout(waits.get(form)?.timer);
  waits.set(form, { timer: setTimeout(again, 3_000), again });
  tellWaiting();
}
async function send(form, submitter) {
  clearTimeout(waits.get(form)?.timer);
  waits.set(form, {});
  const slow = setTimeout(tellWaiting, 3_000);
  const isReached = await look();
  clearTimeout(slow);
  if (!form.isConnected) return waits.delete(form);
  if (!isReached) return wait(form, submitter);
  notice &&= notice.remove();
  leaves.add(form);
  form.requestSubmit(submitter?.isConnected && !submitter.disabled ? submitter : null);
}
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !toasts || form.getAttribute("method") !== "post") return;
  const goes = leaves.delete(form);
  if (!goes && waits.has(form)) return event.preventDefault(); // the second click
  if (goes || (navigator.onLine && isThere)) {
    waits.set(form, {});
    setTimeout(() => waits.delete(form), LOOK); // it may have been stopped
  } else {
    event.preventDefault();
    send(form, submitter);
  }
});
addEventListener("online", () => waits.forEach(({ again }) => again?.()));
addEventListener("pageshow", ({ persisted }) => persisted && waits.clear());
document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!xhr.status) return;
  clearTimeout(waits.get(elt)?.timer);
  waits.delete(elt);
});

// Who signs out by choice leaves no drafts behind (static/js/record.js keeps them when a session ends by itself).
document.addEventListener("submit", ({ target }) => {
  if (!/\/logout\/$/.test(target.action)) return;
  Object.keys(localStorage).forEach((key) => key.startsWith("draft:") && localStorage.removeItem(key));
});

document.addEventListener("click", ({ target }) => {
  if (target.type === "datetime-local" && !target.readOnly) target.showPicker?.();
});

// --- What others change ---------------------------------------------------------------------------------------------
// A page that says what it shows (data-live) is told when that changed. What follows from it is in a script of its own,
// which is fetched when there is something to show.
const live = find("[data-live][data-since]");
const mine = new Set(); // change sets of this window: what it did itself it shows already
let [tries, socket] = [0, null];

function listen() {
  if (socket || !navigator.onLine) return;
  socket = new WebSocket(`${location.origin.replace("http", "ws")}/live`);
  socket.onopen = () => socket.send(JSON.stringify({ show: live.dataset.live, since: live.dataset.since, rights: live.dataset.rights }));
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = ({ code }) => {
    socket = null;
    delete live.dataset.on;
    const pause = Math.min(30_000, 500 * 2 ** tries++) * (0.5 + Math.random());
    if (code !== 4401 && code !== 4404) setTimeout(listen, pause); // neither signed out nor hidden
  };
}

async function hear({ ready, cursor, rights, ...news }) {
  live.dataset.since = cursor ?? live.dataset.since;
  live.dataset.rights = rights ?? live.dataset.rights;
  if (ready) [tries, live.dataset.on] = [0, ""];
  if (Object.keys(news).length) (await import(new URL(live.dataset.script, location.href))).hear(news, mine);
}

document.addEventListener("wrote", ({ detail }) => mine.add(detail ?? ""));
document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
  const detail = xhr?.getResponseHeader("Parsley-Change-Set");
  if (detail) document.dispatchEvent(new CustomEvent("wrote", { detail }));
});
if (live) {
  document.addEventListener("stale", () => hear({ all: true })); // what it did itself shows in other places too
  addEventListener("load", listen);
  addEventListener("online", listen);
  addEventListener("pagehide", () => socket?.close());
  document.addEventListener("visibilitychange", () => document.hidden || listen());
}
