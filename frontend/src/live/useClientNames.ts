import { useMemo } from "react";
import { useLiveList } from "./LiveProvider";

/** Returns the names of the clients whose meters are live, in order. */
export function useClientNames(): string[] {
  const list = useLiveList();
  return useMemo(() => {
    const order = new Intl.Collator(undefined, { numeric: true });
    const names = new Set(list.map((row) => row.clientName).filter((name) => name !== null));
    return [...names].sort(order.compare);
  }, [list]);
}
