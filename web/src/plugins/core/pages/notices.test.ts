import { expect, test } from 'vitest';
import { noticesText, productionPackages } from '../../../../scripts/notices.mjs';

const packages = productionPackages();

test('every package of the page has its licence named, and its text where the package brings one', () => {
  expect(packages.map(({ name }) => name)).toContain('cytoscape');
  for (const { name, license, texts } of packages) {
    expect(license, name).not.toBe('see text');
    expect(texts.every((text) => text.length > 500), name).toBe(true);
  }
});

test('no notice holds source code', () => {
  const code = /^\s*(import\s.*from\s|export\s|(const|let|var)\s+\S+\s*=|(async\s+)?function\s|#!)/m;
  for (const { name, texts } of packages) expect(code.exec(texts.join('\n'))?.[0], name).toBeUndefined();
  expect(noticesText(packages)).toContain('Permission is hereby granted');
});
