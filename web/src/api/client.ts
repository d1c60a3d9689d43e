// The only fetch() of the page. Errors are values; an answer that is not the contract's becomes one too.
import type { Result } from '../lib/result';
import type { ErrorCode, Problem } from './types';

export type Answer<T> = Result<T, Problem>;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const byHttpStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'gone',
  413: 'too_large',
  429: 'too_many_requests',
  503: 'unavailable',
  504: 'timeout',
};

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'text' in body && typeof body.text === 'string';
}

async function problemOf(response: Response): Promise<Problem> {
  const code = byHttpStatus[response.status] ?? 'internal';
  try {
    const body: unknown = await response.json();
    // Whoever sits in front of Masthead answers 401 in his own words: the status line decides, not the body.
    if (isProblem(body)) return { ...body, code: response.status === 401 ? 'unauthenticated' : body.code };
  } catch {
    // not JSON: the status line has to do
  }
  const text = response.statusText === '' ? '' : ` (${response.statusText})`;
  return { code, text: `the server answered ${String(response.status)}${text}` };
}

export class ApiClient {
  /** Whoever noticed that the session is over: the whole page has to know. */
  onUnauthenticated: () => void = () => undefined;
  readonly #base: string;
  readonly #fetch: Fetch;

  constructor(base: string, fetcher: Fetch = (url, init) => fetch(url, init)) {
    this.#base = base;
    this.#fetch = fetcher;
  }

  url(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
    const url = new URL(path, this.#base);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    return url.href;
  }

  async get<T>(
    path: string,
    check: (body: unknown) => body is T,
    options: { query?: Readonly<Record<string, string | undefined>>; signal?: AbortSignal } = {},
  ): Promise<Answer<T>> {
    return await this.#read(path, options, async (response) => {
      const body: unknown = await response.json();
      if (check(body)) return { ok: true, value: body };
      return { ok: false, error: { code: 'unsupported', text: 'the server sent an answer that this page does not understand' } };
    });
  }

  async post<T>(path: string, body: unknown, check: (body: unknown) => body is T): Promise<Answer<T>> {
    return await this.#read(path, { body }, async (response) => {
      const answer: unknown = await response.json();
      if (check(answer)) return { ok: true, value: answer };
      return { ok: false, error: { code: 'unsupported', text: 'the server sent an answer that this page does not understand' } };
    });
  }

  async text(path: string, signal?: AbortSignal): Promise<Answer<string>> {
    return await this.#read(path, signal === undefined ? {} : { signal }, async (response) => ({
      ok: true,
      value: await response.text(),
    }));
  }

  async #read<T>(
    path: string,
    options: { query?: Readonly<Record<string, string | undefined>>; signal?: AbortSignal; body?: unknown },
    take: (response: Response) => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    try {
      const init: RequestInit = { credentials: 'same-origin', cache: 'no-store', redirect: 'error' };
      if (options.signal !== undefined) init.signal = options.signal;
      if (options.body !== undefined) {
        init.method = 'POST';
        init.headers = { 'content-type': 'application/json' };
        init.body = JSON.stringify(options.body);
      }
      const response = await this.#fetch(this.url(path, options.query), init);
      if (!response.ok) {
        if (response.status === 401) this.onUnauthenticated();
        return { ok: false, error: await problemOf(response) };
      }
      return await take(response);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return { ok: false, error: { code: 'cancelled', text: 'not needed any more' } };
      }
      if (error instanceof SyntaxError) {
        return { ok: false, error: { code: 'unsupported', text: 'the server sent something that is not JSON' } };
      }
      return { ok: false, error: { code: 'unavailable', text: 'the Masthead server does not answer' } };
    }
  }
}
