// node PROGRAM.mjs newest|older: runs a program's named steps in order and prints which held, as JSON.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

export const Parse = createRequire(import.meta.url)(`parse-${process.argv[2]}/node`);
Parse.initialize(process.env.PARSE_APP_ID, process.env.PARSE_JS_KEY);
Parse.serverURL = process.env.PARSE_URL;
Parse.User.enableUnsafeCurrentUser();

export const PASSWORD = 'correct horse battery';
export const unique = prefix => `${prefix}-${randomBytes(6).toString('hex')}`;

export async function signUp() {
  const name = unique('js');
  return Parse.User.signUp(name, PASSWORD, { email: `${name}@parsley.example` });
}

export function row(className, columns) {
  return new Parse.Object(className, columns);
}

// A row of each class that others can point to; everything a program makes hangs on its company.
export async function acme() {
  const company = await row('Company', { name: unique('Acme') }).save();
  const contact = await row('Contact', { name: 'Ada Adams', company }).save();
  return { company, contact };
}

export async function refusal(promise) {
  return promise.then(
    () => 'no refusal',
    error => error.code,
  );
}

export async function run(steps) {
  const report = {};
  for (const [name, step] of Object.entries(steps)) {
    report[name] = await step().then(
      () => 'ok',
      error => `${error.code ?? ''} ${error.stack ?? error.message}`,
    );
  }
  console.log(JSON.stringify(report));
  process.exit(0); // the SDK's timers would keep the process for a while
}
