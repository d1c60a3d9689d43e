// The stories of the Flux plugin, one by one, as somebody meets them who looks for what each promises: what a list tells,
// what a detail tells, what can be done. That it is right is held elsewhere; here it is there, and found.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Rows } from '../cluster/rows.mjs';
import { ends, look, meta, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, sleep } from './program.mjs';

const on = onDemo('stories');
const table = (plural, group) => `${plural}.${group}.toolkit.fluxcd.io`;
let url;

before(async () => {
  url = await on.demo();
});

async function session(body) {
  const one = await open(on.browser, url);
  await body(one, one.page);
  await ends(one);
}

/** A list has these columns, shown or to be chosen, each with a value somewhere; those that are shown stand in its head. */
async function listTells(one, id, titles) {
  const described = (await meta(one.page)).tables.find((served) => served.id === id);
  const rows = new Rows(url);
  const cells = [...(await rows.read(described)).values()];
  rows.close();
  await look(one, `list/${id}`);
  const heads = (await one.page.getByRole('columnheader').allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ');
  for (const title of titles) {
    const column = described.columns.find((each) => each.title === title);
    assert.ok(column !== undefined, `${id} has ${title}`);
    assert.ok(cells.some((row) => row[column.id] !== null && row[column.id] !== undefined), `${title} of ${id} is somewhere`);
    if (column.shown) assert.ok(heads.includes(title), `${title} of ${id} is shown: ${heads}`);
  }
}

/** A detail says these words, tab by tab; no tab: the overview. */
async function detailTells(one, id, key, tabs) {
  for (const [tab, words] of Object.entries(tabs)) {
    await look(one, `list/${id}?open=${id}/${key}${tab === 'overview' ? '' : `&tab=${tab}`}`);
    for (const word of words) {
      await eventually(`${key} says ${word} under ${tab}`, async () => (await one.page.locator('#object').innerText()).replaceAll('\n', ' ').includes(word), 20);
    }
  }
}

const lists = [
  ['US-FLUX-001', table('gitrepositories', 'source'), ['Status', 'Namespace', 'Name', 'URL', 'Reference', 'Interval', 'Last sync', 'Revision']],
  ['US-FLUX-002', table('helmrepositories', 'source'), ['Status', 'Namespace', 'Name', 'URL', 'Type', 'Interval', 'Last sync']],
  ['US-FLUX-003', table('ocirepositories', 'source'), ['Status', 'Namespace', 'Name', 'URL', 'Reference', 'Last sync']],
  ['US-FLUX-004', table('buckets', 'source'), ['Status', 'Namespace', 'Name', 'Endpoint', 'Bucket', 'Last sync']],
  ['US-FLUX-010', table('kustomizations', 'kustomize'), ['Status', 'Namespace', 'Name', 'Source', 'Path', 'Applied', 'Last reconciled', 'Interval', 'Suspended', 'Depends on']],
  ['US-FLUX-020', table('helmreleases', 'helm'), ['Status', 'Namespace', 'Name', 'Chart', 'Deployed', 'Source', 'Last deployed']],
  ['US-FLUX-030', table('alerts', 'notification'), ['Status', 'Namespace', 'Name', 'Provider', 'Reports on', 'Severity']],
  ['US-FLUX-031', table('providers', 'notification'), ['Status', 'Namespace', 'Name', 'Type', 'Address']],
];

const details = [
  ['US-FLUX-005', table('gitrepositories', 'source'), 'payments/payments', {
    overview: ['URL', 'Reference', 'Revision', 'Digest', 'Size in bytes', 'Conditions', 'used by'], events: ['stored artifact'], related: ['Kustomization'], yaml: ['spec:'],
  }],
  ['US-FLUX-005, a source that fails', table('buckets', 'source'), 'monitoring/backups', { overview: ['failed to confirm existence'], conditions: ['FetchFailed'] }],
  ['US-FLUX-011', table('kustomizations', 'kustomize'), 'payments/api', {
    overview: ['Source', 'Path', 'Interval', 'Retry interval', 'Timeout', 'Prune', 'Depends on', 'Applied revision', 'History', 'Cause:', 'needed by'], conditions: ['Ready', 'Healthy', 'Reconciling'], events: ['not ready'], inventory: ['Deployment'],
  }],
  ['US-FLUX-021', table('helmreleases', 'helm'), 'shop/cache', {
    overview: ['Chart', 'Deployed version', 'Values from', 'Install retries', 'Upgrade retries', 'Upgrade remediation', 'Last failed upgrade', 'Helm tests', 'Rollback', 'Release history', 'Drift'], values: ['auth.password', '••••••', 'cache-login'], conditions: ['Released'], events: ['Helm'],
  }],
  ['US-FLUX-021, one that fails', table('helmreleases', 'helm'), 'platform/external-dns', { overview: ['What comes next', 'Failures', 'rollback'] }],
];

describe('what lists tell', () => {
  for (const [story, id, titles] of lists) {
    it(story, () => session((one) => listTells(one, id, titles)));
  }

  it('US-FLUX-001: an address leads out, a filter by namespace is one term, and what fails stands out', () => session(async (one, page) => {
    await look(one, `list/${table('gitrepositories', 'source')}?ns=payments`);
    assert.deepEqual(await page.locator('[role="row"][data-key]').evaluateAll((rows) => rows.map(({ dataset }) => dataset.key)), ['payments/payments']);
    assert.match(await page.getByRole('grid').getByRole('link', { name: /git\.example\.com/ }).first().getAttribute('href'), /^https:\/\/git\.example\.com\//);
    await look(one, `list/${table('kustomizations', 'kustomize')}?q=status%3Afailed`);
    assert.ok((await page.locator('[role="row"][data-key]').count()) >= 2);
  }));

  it('US-FLUX-001: a list says what fails, cut in its row and whole on hover and focus, on a phone too', () => session(async (one, page) => {
    await look(one, `list/${table('kustomizations', 'kustomize')}?q=status%3Afailed+ns%3Apayments`);
    const row = page.locator('[data-key="payments/base"]');
    const message = row.locator('[data-column="message"]');
    const text = await message.innerText();
    assert.match(text, /^kustomization path not found/);
    const box = await message.boundingBox();
    assert.ok(box.x + box.width <= 1440 && box.height < 40, JSON.stringify(box));
    await message.hover();
    // Whatever the pointer stood on first may still have its own.
    await page.getByRole('tooltip').filter({ hasText: /^kustomization path not found: .* no such file or directory$/ }).waitFor();
    await page.mouse.move(700, 700);
    await page.getByRole('tooltip').waitFor({ state: 'hidden' });
    await page.keyboard.press('ArrowDown');
    // Each retry says it anew, with another temporary folder.
    await eventually('the message is whole on focus', async () => {
      await row.blur();
      await row.focus();
      await sleep(1_000);
      return (await page.getByRole('tooltip').allInnerTexts()).some((tip) => tip.startsWith('kustomization path not found') && tip.endsWith('no such file or directory'));
    }, 10);
    await page.setViewportSize({ width: 390, height: 844 });
    await eventually('the phone says it', async () => (await row.innerText()).includes('kustomization path not found'), 10);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  }));

  it('US-FLUX-001: where nothing fails, a message takes no room from what is there', () => session(async (one, page) => {
    await look(one, `list/${table('gitrepositories', 'source')}`);
    const heads = page.getByRole('columnheader');
    for (const name of ['Revision', 'Last sync']) {
      const box = await heads.filter({ hasText: name }).boundingBox();
      assert.ok(box.x + box.width <= 1440, `${name} ends at ${box.x + box.width}`);
    }
  }));

  it('US-FLUX-031: nothing of a webhook’s address but its host', () => session(async (one, page) => {
    await look(one, `list/${table('providers', 'notification')}`);
    const text = (await page.getByRole('grid').innerText()).replaceAll('\n', '');
    assert.match(text, /chat\.example\.com\/•••/);
    assert.doesNotMatch(text, /not-for-your-eyes/);
  }));
});

describe('what details tell', () => {
  for (const [story, id, key, tabs] of details) {
    it(story, () => session((one) => detailTells(one, id, key, tabs)));
  }
});

describe('what events tell', () => {
  const events = async (one, id, key) => {
    await look(one, `list/${id}?open=${id}/${key}&tab=events`);
    return one.page.locator('#object').getByRole('listitem');
  };

  it('US-FLUX-011: what is said again with other numbers is said once, with how often and since when', () => session(async (one) => {
    const same = (await events(one, table('kustomizations', 'kustomize'), 'payments/base')).filter({ hasText: 'kustomization path not found' });
    await eventually('they are one', async () => (await same.count()) === 1, 20);
    assert.match(await same.innerText(), /\d\d+ times since/);
  }));

  it('US-FLUX-011: beside the revision stands the subject of its commit', () => session(async (one) => {
    const done = (await events(one, table('kustomizations', 'kustomize'), 'shop/cart')).filter({ hasText: 'Reconciliation finished' });
    await eventually('one has a subject', async () => (await done.filter({ hasText: /main @ [0-9a-f]{7}\s*“[A-Z][a-z]/ }).count()) > 0, 20);
  }));
});

describe('what can be done', () => {
  it('US-FLUX-040 and US-FLUX-041: to suspend, resume and reconcile, on every kind that a controller works on', () => session(async (one, page) => {
    const bar = page.getByRole('group', { name: 'Actions', exact: true });
    for (const [id, key] of [[table('kustomizations', 'kustomize'), 'shop/cart'], [table('helmreleases', 'helm'), 'shop/cache'], [table('gitrepositories', 'source'), 'shop/shop'], [table('helmrepositories', 'source'), 'shop/charts'], [table('buckets', 'source'), 'monitoring/backups'], [table('receivers', 'notification'), 'flux-system/push'], [table('imagerepositories', 'image'), 'shop/checkout']]) {
      await look(one, `list/${id}?open=${id}/${key}`);
      for (const name of ['Reconcile', 'Suspend']) {
        await eventually(`${name} is there on ${key}`, async () => (await bar.getByRole('button', { name, exact: true }).count()) === 1, 20);
      }
    }
    await look(one, `list/${table('kustomizations', 'kustomize')}?open=${table('kustomizations', 'kustomize')}/search/crawler`);
    await bar.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    assert.match(await page.locator('#object').innerText(), /Suspended/);
  }));

  it('US-FLUX-050: the graph, with what is broken, zoom, full screen and a filter', () => session(async (one, page) => {
    await look(one, 'flux/graph?ns=payments');
    await page.locator('[data-shown]').waitFor();
    for (const name of [/zoom in/i, /zoom out/i, /fit|all/i, /full screen/i]) assert.ok((await page.getByRole('button', { name }).count()) >= 1, String(name));
    await look(one, 'flux/graph?view=tree&q=status%3Afailed');
    await page.getByRole('tree').getByRole('treeitem').first().waitFor();
    await page.getByRole('tree').getByText('base', { exact: false }).first().waitFor();
  }));

  it('US-FLUX-051: the dashboard, with counts, what failed first, and what was reconciled last', () => session(async (one, page) => {
    await look(one, 'flux');
    for (const name of ['Broken', 'Suspended', 'Counts', 'Reconciled last']) await page.getByRole('region', { name }).waitFor();
    await page.getByRole('region', { name: 'Broken' }).getByRole('link', { name: /base/ }).click();
    await eventually('a click leads to what is broken', () => new URL(page.url()).searchParams.get('open')?.endsWith('/payments/base') === true);
  }));
});
