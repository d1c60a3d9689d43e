// Fails the build when the script of the first page (the entry and what it imports statically) weighs more than the
// budget, in units of 1,000 bytes of gzip -9.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const budget = 285;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const html = readFileSync(`${dist}index.html`, 'utf8');
const seen = new Set();
const queue = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map((match) => match[1]);
let bytes = 0;
while (queue.length > 0) {
  const file = queue.pop();
  if (seen.has(file)) continue;
  seen.add(file);
  const source = readFileSync(dist + file);
  bytes += gzipSync(source, { level: 9 }).length;
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  for (const match of source.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) queue.push(folder + match[1]);
}
if (seen.size === 0) {
  console.error('No script found in dist/index.html.');
  process.exit(1);
}
const weight = (bytes / 1000).toFixed(1);
console.log(`First page script: ${weight} kB gzip in ${seen.size} files (budget ${budget} kB)`);
if (bytes > budget * 1000) {
  console.error(`Over the budget of ${budget} kB.`);
  process.exit(1);
}
