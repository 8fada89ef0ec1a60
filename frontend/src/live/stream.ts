import { api, askWhole } from "@/api/client";
import { ApiError } from "@/api/error";
import { queries } from "@/app/queries";
import type { Delta, LiveStore } from "./store";

const ADDRESS = "/api/v1/consumption/live/stream";
const SOONEST = 1000;
const LATEST = 30_000;

/**
 * Keeps a store up to date: one snapshot, then what changes, as the server tells it.
 *
 * A stream that ends is opened again by the browser where it stopped; one that the server refuses
 * is begun anew, later each time. A hidden page listens to nothing, and asks when it is seen again.
 */
export class LiveStream {
  readonly #store: LiveStore;
  #events: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = SOONEST;
  #turn = 0;

  constructor(store: LiveStore) {
    this.#store = store;
  }

  /** Starts, and returns what stops it. */
  start(): () => void {
    const seen = () => (document.hidden ? this.#stop() : this.#begin());
    this.#store.again = () => void this.#begin();
    document.addEventListener("visibilitychange", seen);
    seen();
    return () => {
      document.removeEventListener("visibilitychange", seen);
      this.#stop();
    };
  }

  async #begin(): Promise<void> {
    this.#stop();
    const turn = this.#turn;
    try {
      const answer = await askWhole(api.GET("/api/v1/consumption/live"));
      if (turn !== this.#turn) return;
      this.#store.replace(answer);
      this.#answered();
      this.#listen(answer.snapshot);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#failed(error);
    }
  }

  /** What was lost is back when the stream is: its values may come once, and then no more. */
  #answered(): void {
    const before = this.#store.connection();
    this.#store.connect(before === "loading" || before === "live" ? "live" : "reconnecting");
  }

  #listen(since: string): void {
    const events = new EventSource(`${ADDRESS}?since=${encodeURIComponent(since)}`);
    this.#events = events;
    events.onopen = () => {
      this.#wait = SOONEST;
      this.#store.connect("live");
    };
    events.addEventListener("delta", (event: MessageEvent<string>) => {
      this.#store.connect("live");
      this.#store.apply(JSON.parse(event.data) as Delta);
    });
    events.addEventListener("reset", () => void this.#begin());
    events.onerror = () => {
      this.#store.connect("reconnecting");
      if (events.readyState === EventSource.CLOSED) this.#later();
    };
  }

  #failed(error: unknown): void {
    if (error instanceof ApiError && error.status === 401) {
      void queries.invalidateQueries({ queryKey: ["session"] });
      return;
    }
    const isFirst = this.#store.totals() === null;
    this.#store.connect(isFirst ? "failed" : "reconnecting", error);
    this.#later();
  }

  #later(): void {
    this.#stop();
    this.#timer = setTimeout(() => void this.#begin(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LATEST);
  }

  #stop(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#events?.close();
    this.#events = null;
  }
}
