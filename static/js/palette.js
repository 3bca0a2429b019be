// The command palette: a combobox over a list that the server writes. Loaded when it is first opened.
let dialog, input, list, said, forms, asked;

export function open(where) {
  if (!dialog) prepare(where);
  list.replaceChildren();
  list.ariaBusy = "true";
  asking = undefined;
  return ask();
}

function prepare(where) {
  dialog = where;
  [input, list, said, forms] = ["[role=combobox]", "[role=listbox]", "[role=status]", "[data-forms]"].map((part) => dialog.querySelector(part));
  input.addEventListener("input", () => {
    clearTimeout(asked);
    list.ariaBusy = "true"; // what it shows is not yet about what was typed
    asked = setTimeout(ask, 60);
  });
  input.addEventListener("keydown", onKey);
  list.addEventListener("pointermove", ({ target }) => choose(target.closest("[role=option]") ?? chosen()));
  dialog.addEventListener("close", () => latest?.abort());
}

let latest, shown, asking;
async function ask() {
  clearTimeout(asked);
  const words = input.value;
  if (words === asking) { // asked already: the answer again would take back what was chosen meanwhile
    list.ariaBusy = String(shown !== words);
    return;
  }
  asking = words;
  latest?.abort();
  latest = new AbortController();
  const query = new URLSearchParams({ q: words, from: location.pathname + location.search });
  try {
    const answer = await fetch(`${dialog.dataset.address}?${query}`, { signal: latest.signal, headers: { "HX-Request": "true" } });
    if (answer.ok) return show(await answer.text(), words);
    const told = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast; // signed out meanwhile
    return failed(told ?? { text: await answer.text() });
  } catch (error) {
    return error.name === "AbortError" ? undefined : failed({ text: document.querySelector(".toasts").dataset.offline });
  }
}

function failed(detail) {
  dialog.close();
  document.dispatchEvent(new CustomEvent("toast", { detail: { kind: "error", ...detail } }));
}

function show(html, words) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  forms.replaceChildren(...answer.content.querySelectorAll("form"));
  said.textContent = answer.content.querySelector("[data-said]")?.textContent ?? "";
  answer.content.querySelector("[data-said]")?.remove();
  list.replaceChildren(...answer.content.children);
  shown = words;
  list.ariaBusy = String(shown !== input.value);
  input.setAttribute("aria-expanded", Boolean(options().length));
  list.scrollTop = 0;
  choose(options()[0]);
}

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(option) {
  if (!option) return input.removeAttribute("aria-activedescendant");
  chosen()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  return input.setAttribute("aria-activedescendant", option.id);
}

function onKey(event) {
  const all = options();
  const at = all.findIndex((option) => option.ariaSelected === "true");
  const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, PageDown: all.length - 1, PageUp: 0 }[event.key];
  if (event.key === "Enter" && !event.isComposing && !event.ctrlKey && shown === input.value && all[at]) {
    event.preventDefault(); // else the form goes to the search page, which finds the same
    all[at].click();
  } else if (to !== undefined && all.length) {
    event.preventDefault();
    choose(all[to]);
    all[to].scrollIntoView({ block: "nearest" });
  }
}
