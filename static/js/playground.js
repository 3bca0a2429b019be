// The playground: Ctrl+Enter runs the call, code is copied, and a live query listens. Its words are the template's.
const say = (text, kind) => document.dispatchEvent(new CustomEvent('toast', { detail: { text, kind } }));

document.addEventListener('keydown', event => {
  const form = event.target.closest('form[data-call], form[data-live]');
  if (form && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  await navigator.clipboard.writeText(text).then(
    () => say(button.dataset.copied, 'success'),
    () => say(button.dataset.refused, 'error'),
  );
});

const form = document.querySelector('form[data-live]');
if (form) listenFrom(form);

function listenFrom(form) {
  const state = document.querySelector('[data-state]');
  const events = document.querySelector('[data-events]');
  const stop = form.querySelector('[data-stop]');
  const most = 100;
  let socket = null;

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const where = condition(form.elements.where.value);
    if (!where) {
      state.textContent = form.dataset.wrong;
      form.elements.where.focus();
      return;
    }
    close();
    const keys = await fetch(form.dataset.live, {
      method: 'POST',
      headers: { Accept: 'application/json', 'X-CSRFToken': form.elements.csrfmiddlewaretoken.value },
    }).then(answer => (answer.ok ? answer.json() : null), () => null);
    if (keys) open(keys, { className: form.elements.className.value, where });
    else state.textContent = form.dataset.failed;
  });
  stop.addEventListener('click', close);

  function condition(text) {
    try {
      const where = JSON.parse(text || '{}');
      return where && typeof where === 'object' && !Array.isArray(where) ? where : null;
    } catch {
      return null;
    }
  }

  function open(keys, query) {
    const own = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/parse`);
    const sessionToken = keys.PARSE_SESSION_TOKEN;
    socket = own;
    own.addEventListener('open', () => {
      const { PARSE_APP_ID: applicationId, PARSE_JS_KEY: javascriptKey } = keys;
      own.send(JSON.stringify({ op: 'connect', applicationId, javascriptKey, sessionToken }));
    });
    own.addEventListener('message', event => {
      const told = JSON.parse(event.data);
      if (told.op === 'connected') {
        own.send(JSON.stringify({ op: 'subscribe', requestId: 1, sessionToken, query }));
      } else if (told.op === 'subscribed') {
        state.textContent = form.dataset.open;
        stop.disabled = false;
      } else {
        show(told);
      }
    });
    own.addEventListener('close', () => {
      if (socket !== own) return;
      socket = null;
      stop.disabled = true;
      state.textContent = form.dataset.closed;
    });
  }

  function close() {
    socket?.close();
  }

  function show(told) {
    const line = document.createElement('li');
    const name = document.createElement('strong');
    const body = document.createElement('pre');
    name.textContent = told.op;
    body.textContent = JSON.stringify(told.object ?? told, null, 2);
    body.className = 'code';
    body.tabIndex = 0;
    line.append(name, body);
    events.prepend(line);
    while (events.children.length > most) events.lastElementChild.remove();
  }
}
