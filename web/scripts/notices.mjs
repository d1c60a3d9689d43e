// A vite plugin that writes third-party-notices.txt beside the page: name, version, licence and licence text of
// every package whose code is in the bundle or that those packages depend on in production.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The folder that a package name resolves to, seen from another package's folder. */
function locate(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

// Texts alone: a package may carry programs about its licence too (license-update.mjs).
const isLicenceText = (file) => /^(licen[cs]e|copying|notice)([-_][^.]*)?(\.(txt|md|markdown|rst|mit|apache|bsd))?$/i.test(file);

export function productionPackages(start = root) {
  const found = new Map();
  const visit = (folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const needs = { ...manifest.dependencies, ...(folder === start ? {} : manifest.peerDependencies) };
    for (const name of Object.keys(needs)) {
      const at = locate(name, folder);
      if (at === undefined || found.has(at)) continue;
      const { version, license } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
      const files = readdirSync(at).filter(isLicenceText).sort();
      const texts = files.map((file) => readFileSync(join(at, file), 'utf8').trim());
      found.set(at, { name, version, license: license ?? 'see text', texts });
      visit(at);
    }
  };
  visit(start);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export function noticesText(packages) {
  const rule = '-'.repeat(80);
  const parts = packages.map(({ name, version, license, texts }) =>
    [`${name} ${version}`, `Licence: ${license}`, '', ...(texts.length > 0 ? texts : ['(the package carries no licence text)'])].join('\n'),
  );
  return `Third-party software in the Masthead page\n\n${rule}\n${parts.join(`\n\n${rule}\n`)}\n`;
}

export function thirdPartyNotices() {
  return {
    name: 'masthead-third-party-notices',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source: noticesText(productionPackages()) });
    },
  };
}
