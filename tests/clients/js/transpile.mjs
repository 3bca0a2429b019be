// node transpile.mjs IN.ts OUT.cjs: TypeScript without its types, as the bundler of an Angular app would load it.
import { readFileSync, writeFileSync } from 'node:fs';

import ts from 'typescript';

const [from, to] = process.argv.slice(2);
const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
const reportDiagnostics = true;
const { outputText, diagnostics } = ts.transpileModule(readFileSync(from, 'utf8'), { compilerOptions, reportDiagnostics });
if (diagnostics.length) {
  throw new Error(diagnostics.map(each => ts.flattenDiagnosticMessageText(each.messageText, '\n')).join('\n'));
}
writeFileSync(to, outputText);
