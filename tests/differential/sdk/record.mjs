// node PROGRAM.mjs newest|older: runs named calls of the SDK in order and prints what each gave, as JSON.
//
// What chance decides is masked: ids by the name that the program gave them, times, tokens and random words.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

const clients = new URL('../../clients/js/', import.meta.url);
export const Parse = createRequire(clients)(`parse-${process.argv[2]}/node`);
Parse.initialize(process.env.PARSE_APP_ID, process.env.PARSE_JS_KEY, process.env.PARSE_MASTER_KEY);
Parse.serverURL = process.env.PARSE_URL;
Parse.User.enableUnsafeCurrentUser();
Parse.CoreManager.set('REQUEST_ATTEMPT_LIMIT', 1);

export const PASSWORD = 'correct horse battery';
export const MASTER = { useMasterKey: true };
export const TAG = randomBytes(5).toString('hex');
const names = new Map([[TAG, 'TAG']]);

export function named(name, object) {
  names.set(object.id, name);
  return object;
}

export async function signUp(name) {
  const user = new Parse.User({ username: `${name}-${TAG}`, password: PASSWORD, email: `${name}-${TAG}@parsley.example` });
  await user.signUp();
  return named(name, user);
}

export const tokenOf = user => ({ sessionToken: user.getSessionToken() });

export function everybody() {
  const acl = new Parse.ACL();
  acl.setPublicReadAccess(true);
  acl.setPublicWriteAccess(true);
  return acl;
}

// A row with all that Parsley would fill in by itself.
export function row(className, columns, creator) {
  const stage = className === 'Deal' ? { stage: 'lead' } : { createdBy: creator ?? Parse.User.current() };
  const object = new Parse.Object(className);
  object.set({ ...stage, ...columns });
  if (!('ACL' in columns)) object.setACL(everybody());
  return object;
}

const KEPT = new Set(['createdAt', 'updatedAt', 'expiresAt']);

export function masked(value, key = '') {
  if (value === undefined) return '<undefined>';
  if (value instanceof Date) return masked(value.toISOString(), key);
  if (typeof value === 'string') return maskedText(value, key);
  if (Array.isArray(value)) return value.map(each => masked(each));
  if (value && typeof value.toJSON === 'function') return masked(value.toJSON(), key);
  if (value && typeof value === 'object') {
    if (KEPT.has(key) && value.iso) return { ...value, iso: '<time>' };
    const pairs = Object.entries(value).map(([name, each]) => [maskedText(name, ''), masked(each, name)]);
    return Object.fromEntries(pairs.sort(([one], [other]) => (one < other ? -1 : 1)));
  }
  return value;
}

function maskedText(text, key) {
  if (KEPT.has(key)) return '<time>';
  if (/^r:[0-9a-f]{32}$/.test(text)) return '<token>';
  for (const [id, name] of names) if (text.includes(id)) text = text.replaceAll(id, `<${name}>`);
  if (key === 'objectId' && /^[A-Za-z0-9]{10}$/.test(text)) return '<id>';
  return text.replaceAll(process.env.PARSE_URL, '<url>').replace(/\?until=.*/, '').replace(/[0-9a-zA-Z]{10,32}_(?=[a-z]+\.[a-z]+)/g, '<key>_');
}

function told(error) {
  if (error?.errors) return { errors: error.errors.map(told) };
  return error?.code === undefined ? { thrown: String(error?.message ?? error) } : { code: error.code, message: masked(error.message) };
}

const tooLong = () => new Promise(done => setTimeout(() => done({ thrown: 'no answer in ten seconds' }), 10_000));

const done = step => Promise.race([Promise.resolve().then(step).then(value => masked(value), told), tooLong()]);

export async function run(steps) {
  const report = {};
  for (const [name, step] of Object.entries(steps)) {
    report[name] = await done(step);
    if (report[name]?.thrown === 'fetch failed') report[name] = await done(step); // a connection that was just given up
  }
  console.log(JSON.stringify(report));
  process.exit(0); // the SDK's timers would keep the process for a while
}
