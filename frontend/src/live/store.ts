import type { Schemas } from "@/api/client";

export type LiveRow = Schemas["LiveConsumption"];
export type LiveTotals = Schemas["LiveTotalsOutput"];
export type Connection = "loading" | "live" | "reconnecting" | "failed";

type Listener = () => void;

/** What one snapshot says of all endpoints. */
export type Snapshot = { data: LiveRow[]; totals: LiveTotals };

/** What changed since: rows whole, ids of those gone, and the totals. */
export type Delta = { changed: LiveRow[]; removed: string[]; totals: LiveTotals };

/** Whether a list that is filtered or sorted by names and states has to be made anew. */
function isListedAlike(before: LiveRow | undefined, after: LiveRow): boolean {
  return (
    before !== undefined &&
    before.status === after.status &&
    before.name === after.name &&
    before.clientName === after.clientName &&
    before.location === after.location &&
    before.siteId === after.siteId
  );
}

/**
 * All endpoints as they are now.
 *
 * Each row has listeners of its own: a change of fifty rows of thousands paints those of them that
 * are on the screen, and nothing else.
 */
export class LiveStore {
  readonly #rows = new Map<string, LiveRow>();
  readonly #rowListeners = new Map<string, Set<Listener>>();
  readonly #listListeners = new Set<Listener>();
  readonly #totalsListeners = new Set<Listener>();
  readonly #connectionListeners = new Set<Listener>();
  #list: readonly LiveRow[] = [];
  #totals: LiveTotals | null = null;
  #connection: Connection = "loading";
  #error: unknown = null;

  /** The endpoints by name, as they stood when the list last had to be made anew. */
  readonly list = (): readonly LiveRow[] => this.#list;
  readonly totals = (): LiveTotals | null => this.#totals;
  readonly connection = (): Connection => this.#connection;
  readonly error = (): unknown => this.#error;
  readonly row = (id: string): LiveRow | undefined => this.#rows.get(id);

  replace({ data, totals }: Snapshot): void {
    this.#rows.clear();
    for (const row of data) this.#rows.set(row.endpointId, row);
    this.#totals = totals;
    this.#makeList();
    for (const listeners of this.#rowListeners.values()) tell(listeners);
    tell(this.#totalsListeners);
  }

  apply({ changed, removed, totals }: Delta): void {
    let isAnotherList = removed.length > 0;
    for (const id of removed) this.#rows.delete(id);
    for (const row of changed) {
      isAnotherList ||= !isListedAlike(this.#rows.get(row.endpointId), row);
      this.#rows.set(row.endpointId, row);
    }
    this.#totals = totals;
    if (isAnotherList) this.#makeList();
    for (const row of changed) tell(this.#rowListeners.get(row.endpointId));
    tell(this.#totalsListeners);
  }

  /** Asks the server anew now, instead of at the next time it would be asked. */
  again: () => void = () => {};

  connect(connection: Connection, error: unknown = null): void {
    if (connection === this.#connection && error === this.#error) return;
    this.#connection = connection;
    this.#error = error;
    tell(this.#connectionListeners);
  }

  readonly onRow =
    (id: string) =>
    (listener: Listener): Listener => {
      const listeners = this.#rowListeners.get(id) ?? new Set();
      this.#rowListeners.set(id, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#rowListeners.delete(id);
      };
    };

  readonly onList = (listener: Listener) => listen(this.#listListeners, listener);
  readonly onTotals = (listener: Listener) => listen(this.#totalsListeners, listener);
  readonly onConnection = (listener: Listener) => listen(this.#connectionListeners, listener);

  #makeList(): void {
    const collator = new Intl.Collator(undefined, { numeric: true });
    this.#list = [...this.#rows.values()].sort((a, b) => collator.compare(a.name, b.name));
    tell(this.#listListeners);
  }
}

function listen(listeners: Set<Listener>, listener: Listener): Listener {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(listeners: Set<Listener> | undefined): void {
  for (const listener of listeners ?? []) listener();
}
