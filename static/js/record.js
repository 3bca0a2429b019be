// Pages and forms of records: drafts that survive, facts changed in place.
// All of it works without, too; nothing that was typed is ever lost with it.
const find = (selector, where = document) => where.querySelector(selector);
const DRAFT = "draft:";
const UNKEPT = new Set(["csrfmiddlewaretoken", "next", "likely"]);

// --- Drafts ---------------------------------------------------------------------------------------------------------
// Kept by person and record, with the token of the form: a form that arrived names its token in a cookie, and its
// draft is dropped. What was typed over an older version of the record goes back with that version, so that the
// server can tell the two apart.
const keyOf = (form) => DRAFT + form.dataset.draft;

function readDraft(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return null;
  }
}

function keep(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => !UNKEPT.has(name) && typeof value === "string");
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields }));
  } catch {
    // No room, or not allowed: then the page holds it alone.
  }
}

function arrived() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("parsley-sent="));
  return new Set((cookie ?? "").slice("parsley-sent=".length).split("."));
}

function sweep() {
  const tokens = arrived();
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(DRAFT))) {
    let token;
    try {
      token = JSON.parse(localStorage.getItem(key)).fields.find(([name]) => name === "once")?.[1];
    } catch {
      token = undefined;
    }
    if (tokens.has(token)) localStorage.removeItem(key);
  }
}

function note(form, text, discardable) {
  const line = find(".draft", form);
  line.hidden = !text;
  find("span", line).textContent = text ?? "";
  find("button", line).hidden = !discardable;
}

function restore(form) {
  const draft = readDraft(form);
  if (!draft || "bound" in form.dataset) return;
  const fresh = JSON.stringify(typed(form));
  const opened = form.elements.version?.value;
  for (const [name, value] of draft.fields) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList || !field) {
      for (const one of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) one.checked = one.value === value;
    } else if (field.type === "checkbox") field.checked = true;
    else field.value = value;
  }
  if (JSON.stringify(typed(form)) === fresh) return localStorage.removeItem(keyOf(form));
  const time = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, recent(draft.at)).format(draft.at);
  note(form, find(".draft", form).dataset.kept.replace("{time}", time), true);
  if (form.elements.version?.value !== opened) document.dispatchEvent(new Event("stale")); // what others changed since
}

const typed = (form) => [...new FormData(form)].filter(([name]) => !UNKEPT.has(name) && name !== "once" && name !== "version");
const recent = (at) => (Date.now() - at < 86_400_000 ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });

document.addEventListener("input", ({ target }) => {
  if (target.form?.dataset.draft) keep(target.form);
});
document.addEventListener("click", ({ target }) => {
  const form = target.closest(".draft button")?.form;
  if (!form) return;
  localStorage.removeItem(keyOf(form));
  location.reload();
});

// --- With htmx ------------------------------------------------------------------------------------------------------
// A form that was refused comes back with what is wrong: it is shown, and is no failure.
const SHOWN = new Set([409, 422]);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!SHOWN.has(detail.xhr.status) || !detail.target.matches(".fact, #composer")) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

// Back to where one was.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const swapped = document.getElementById(detail.target.id || "fact-");
  const fact = swapped?.matches(".fact") ? swapped : null;
  if (fact && !fact.matches(".editing")) find(".edit-fact", fact)?.focus();
  if (fact?.matches(".editing")) find("input:not([type=hidden]), select, textarea", fact)?.focus();
  sweep();
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (successful && elt.dataset?.draft) sweep();
});

// --- With others ----------------------------------------------------------------------------------------------------
// What they changed comes along (static/js/live.js). A field in which one types stays, with a note of what it is now;
// of a timeline what was loaded further down stays.
document.addEventListener("part", (event) => {
  const { target, detail: { part } } = event;
  if (target.matches(".fact.editing")) {
    event.preventDefault();
    noteTheirs(target);
  } else if (target.id === "timeline") keepOlder(target, part);
});

// One's own change of a fact belongs into the timeline as well.
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  const form = requestConfig.elt; // gone by now, and the event comes from what is around it
  if (form.matches(".fact-form") && xhr.getResponseHeader("Parsley-Change-Set")) document.dispatchEvent(new Event("stale"));
});

async function noteTheirs(fact) {
  const form = find("form", fact);
  const asked = new URLSearchParams({ theirs: "", version: form.elements.version.value });
  const answer = await fetch(`${form.action}?${asked}`, { headers: { "HX-Request": "true" } });
  if (answer.status !== 200 || !form.isConnected) return;
  const line = find("[data-theirs]", form) ?? form.insertBefore(document.createElement("div"), find(".actions", form));
  Object.assign(line, { role: "status", innerHTML: await answer.text() }).dataset.theirs = "";
}

function keepOlder(timeline, part) {
  const oldest = [...part.querySelectorAll(".timeline > li[id]")].at(-1);
  const same = oldest && find(`#${oldest.id}`, timeline);
  if (!same) return;
  for (const [last, first] of [[oldest, same], [oldest.parentElement, same.parentElement]]) {
    while (last.nextSibling) last.nextSibling.remove();
    while (first.nextSibling) last.parentElement.append(first.nextSibling);
  }
}

// --- Keys -----------------------------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const way = event.target.closest?.(".fact.editing") && find("[data-escape]", event.target.closest(".fact"));
  if (way) way.click();
  else if (event.target.closest?.("#composer")) event.target.blur();
});

// --- A name that is not there can be created ------------------------------------------------------------------------
let looking;
document.addEventListener("input", ({ target }) => {
  const offer = target.dataset.options && find(`[data-offer="${CSS.escape(target.id)}"]`);
  if (!offer) return;
  const box = find("input", offer);
  offer.hidden = true;
  box.checked = false;
  clearTimeout(looking);
  const name = target.value.trim();
  if (!name || name.length > 200) return;
  looking = setTimeout(() => {
    const same = [...(target.list?.options ?? [])].some((one) => one.value.toLowerCase() === name.toLowerCase());
    offer.hidden = same || name.includes("#");
    box.value = find("b", offer).textContent = name;
  }, 600);
});

sweep();
document.querySelectorAll("[data-draft]").forEach(restore);
