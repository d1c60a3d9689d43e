// Writes src/api/generated.ts from api/openapi.yaml; with --check it only compares and fails on a difference.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const contract = new URL('../../api/openapi.yaml', import.meta.url);
const target = new URL('../src/api/generated.ts', import.meta.url);
const head = '// Generated from api/openapi.yaml by `npm run generate`; do not edit.\n\n';
const text = head + astToString(await openapiTS(contract, { immutable: true }));

if (process.argv.includes('--check')) {
  const present = await readFile(target, 'utf8').catch(() => '');
  if (present !== text) {
    console.error('src/api/generated.ts does not match api/openapi.yaml: run `npm run generate`.');
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
