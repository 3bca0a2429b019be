// What the SDK's browser build, the one that an Angular app gets, looks for in a browser.
import { createRequire } from 'node:module';

const kept = new Map();
globalThis.localStorage = {
  getItem: key => (kept.has(key) ? kept.get(key) : null),
  setItem: (key, value) => void kept.set(key, String(value)),
  removeItem: key => void kept.delete(key),
  key: place => [...kept.keys()][place] ?? null,
  clear: () => kept.clear(),
  get length() {
    return kept.size;
  },
};
// The older major speaks through XMLHttpRequest; its own dependency stands in for the browser's.
globalThis.XMLHttpRequest = createRequire(import.meta.url)('xmlhttprequest').XMLHttpRequest;
// The SDK takes a Node.js that says Electron for a browser: it then remembers who signed in.
Object.defineProperty(process, 'versions', { value: { ...process.versions, electron: 'a browser' } });
