// One tick for the whole page, on the server's clock, so that every age on it is of the same moment.
import { Emitter } from './emitter';

export class Clock extends Emitter {
  #offset = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly now = (): number => Date.now() + this.#offset;

  /** What the server called now when its greeting arrived. */
  follow(serverTime: number): void {
    const offset = serverTime - Date.now();
    // Within a second it is network delay; moving every age for that would only make the page twitch.
    if (Math.abs(offset - this.#offset) < 1000) return;
    this.#offset = offset;
    this.emit();
  }

  protected override onFirst(): void {
    this.#timer = setInterval(() => {
      this.emit();
    }, 1000);
  }

  protected override onLast(): void {
    clearInterval(this.#timer);
  }
}

export const clock = new Clock();
