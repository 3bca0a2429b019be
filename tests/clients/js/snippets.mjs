// node snippets.mjs FOLDER…: runs the modules of the folders in order, in one process, and prints what each printed.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const print = console.log;
const said = {};
for (const folder of process.argv.slice(2)) {
  for (const name of readdirSync(folder).filter(each => each.endsWith('.mjs')).sort()) {
    const lines = [];
    console.log = text => lines.push(text);
    const failed = await import(pathToFileURL(resolve(join(folder, name)))).then(
      () => null,
      error => `${error.code ?? ''} ${error.stack ?? error}`,
    );
    said[name.replace('.mjs', '')] = failed ? { failed } : JSON.parse(lines.join('\n'));
  }
}
console.log = print;
process.stdout.write(JSON.stringify(said), () => process.exit(0)); // the SDK's timers would keep the process for a while
