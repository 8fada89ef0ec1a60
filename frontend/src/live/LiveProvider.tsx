import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { type Connection, type LiveRow, LiveStore, type LiveTotals } from "./store";
import { LiveStream } from "./stream";

const Store = createContext<LiveStore | null>(null);

/** Holds what is live for as long as one is signed in: pages come and go, the stream stays. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => new LiveStore());
  useEffect(() => new LiveStream(store).start(), [store]);
  return <Store value={store}>{children}</Store>;
}

/** Returns the store, for what is not drawn from it directly. */
export function useLiveStore(): LiveStore {
  const store = useContext(Store);
  if (!store) throw new Error("There is no LiveProvider above.");
  return store;
}

/** Returns an endpoint as it is now; `undefined` where it is not known (any more). */
export function useLiveRow(id: string): LiveRow | undefined {
  const store = useLiveStore();
  const subscribe = useMemo(() => store.onRow(id), [store, id]);
  return useSyncExternalStore(subscribe, () => store.row(id));
}

/** Returns all endpoints by name; figures in it may be old, see `useLiveRow`. */
export function useLiveList(): readonly LiveRow[] {
  const store = useLiveStore();
  return useSyncExternalStore(store.onList, store.list);
}

export function useLiveTotals(): LiveTotals | null {
  const store = useLiveStore();
  return useSyncExternalStore(store.onTotals, store.totals);
}

export function useLiveConnection(): Connection {
  const store = useLiveStore();
  return useSyncExternalStore(store.onConnection, store.connection);
}
