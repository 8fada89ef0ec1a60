import { api, ask, type Schemas } from "@/api/client";

export type Trend = Schemas["TrendSeries"]["kw"];

type Listener = () => void;

const AT_ONCE = 100;
const SOON = 60;
const AGED = 10 * 60_000;

type Kept = { trend: Trend | null; at: number };

/**
 * The last day of the endpoints on the screen, for the small curves.
 *
 * What scrolls into view within a moment is asked for together, and kept for some minutes.
 */
export class Trends {
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #wanted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly trend = (id: string): Trend | null => this.#kept.get(id)?.trend ?? null;

  readonly on =
    (id: string) =>
    (listener: Listener): Listener => {
      const listeners = this.#listeners.get(id) ?? new Set();
      this.#listeners.set(id, listeners.add(listener));
      this.#want(id);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#listeners.delete(id);
      };
    };

  #want(id: string): void {
    const kept = this.#kept.get(id);
    if (kept && Date.now() - kept.at < AGED) return;
    this.#wanted.add(id);
    this.#timer ??= setTimeout(() => void this.#ask(), SOON);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    // What was scrolled past meanwhile is not asked for.
    const ids = [...this.#wanted].filter((id) => this.#listeners.has(id));
    this.#wanted.clear();
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      await this.#read(ids.slice(start, start + AT_ONCE));
    }
  }

  async #read(ids: string[]): Promise<void> {
    const at = Date.now();
    try {
      const { series } = await ask(
        api.GET("/api/v1/consumption/trend", { params: { query: { endpointId: ids } } }),
      );
      const found = new Map(series.map((each) => [each.endpointId, each.kw]));
      for (const id of ids) this.#kept.set(id, { trend: found.get(id) ?? null, at });
    } catch {
      // A card is whole without its curve; it is asked for again when it is next seen.
      return;
    }
    for (const id of ids) for (const listener of this.#listeners.get(id) ?? []) listener();
  }
}

export const trends = new Trends();
