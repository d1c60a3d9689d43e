// Walks through pages in both themes and says what is wrong with them: serious findings of axe, anything that the browser
// complains about (the content security policy among it), and what is wider than the window.
import { readFileSync } from 'node:fs';
import { drawn, look } from './browsing.mjs';
import { fromWeb } from './program.mjs';

const axe = readFileSync(fromWeb.resolve('axe-core/axe.min.js'), 'utf8');

// Once a page was looked at whole in light, dark can change no more than what these see.
const ofColours = ['color-contrast', 'link-in-text-block'];

/** Brings axe into a document by the debugger, which the page's policy does not bind. */
const bringAxe = (session) => session.send('Runtime.evaluate', { expression: `${axe};0` });

async function seriousFindings(session, rules) {
  // No rule of these reads the style sheets or media that axe would load first.
  const options = { resultTypes: ['violations'], preload: false, ...(rules === undefined ? {} : { runOnly: rules }) };
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => JSON.stringify(violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(', '))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value);
}

/** Columns beyond the edge of a wide window, names of kinds in the menu, and related objects cut beside empty space. */
const cutOff = (page) => page.evaluate(() => {
  const wider = (element) => element.scrollWidth > element.clientWidth + 1;
  const grid = document.querySelector('[role="grid"]')?.parentElement;
  const begins = (cell) => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    return text.getBoundingClientRect().left;
  };
  const free = ([object, relation]) => [...object.querySelectorAll('span')].some(wider)
    && object.firstElementChild.getBoundingClientRect().right + 40 < begins(relation);
  return [
    ...(innerWidth >= 1440 && document.querySelector('#object') === null && grid && wider(grid) ? [`a list ${grid.scrollWidth - grid.clientWidth} px wider than its room`] : []),
    ...[...document.querySelectorAll('nav a span')].filter((one) => getComputedStyle(one).display !== 'inline' && wider(one)).map((one) => `cut in the menu: ${one.textContent}`),
    ...[...document.querySelectorAll('#object table tbody tr')].map(({ cells }) => [...cells]).filter((cells) => cells.length === 2 && free(cells)).map(([object]) => `cut beside empty space: ${object.textContent}`),
  ];
});

/** `pages` are [name, path]; `themes` begin with light; `photograph` gets a name that holds the width and the theme. */
export async function unsoundPages({ page, complaints, base, pages, themes = ['light', 'dark'], photograph = () => {} }) {
  const session = await page.context().newCDPSession(page);
  const { width } = page.viewportSize();
  await bringAxe(session);
  const wrong = [];
  for (const [name, path] of pages) {
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      await (colorScheme === 'light' ? look({ page, base }, path) : drawn(page));
      await photograph(`${name}-${width}-${colorScheme}`);
      for (const finding of await seriousFindings(session, colorScheme === 'dark' ? ofColours : undefined)) wrong.push(`${name} ${colorScheme}: axe ${finding}`);
    }
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wrong.push(`${name}: wider than the window`);
    for (const finding of await cutOff(page)) wrong.push(`${name}: ${finding}`);
    for (const complaint of complaints.splice(0)) wrong.push(`${name}: ${complaint}`);
  }
  return wrong;
}
