// The listener base of every store: a set of callbacks, with work started by the first and stopped by the last.
export class Emitter {
  readonly #listeners = new Set<() => void>();

  get size(): number {
    return this.#listeners.size;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.onFirst();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.onLast();
    };
  };

  protected emit(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  protected onFirst(): void {
    // nothing to start in the plain case
  }

  protected onLast(): void {
    // nothing to stop in the plain case
  }
}

/** One value that can be watched. */
export class Value<T> extends Emitter {
  #value: T;

  constructor(value: T) {
    super();
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.emit();
  }
}
