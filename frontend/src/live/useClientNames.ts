import { useMemo } from "react";
import { useLiveList } from "./LiveProvider";

/** Returns the names of the clients whose meters are live, in order. */
export function useClientNames(): string[] {
  const list = useLiveList();
  return useMemo(
    () => inOrder(list.map((row) => row.clientName).filter((name) => name !== null)),
    [list],
  );
}

/** Returns each name once, in order: 2 before 10. */
export function inOrder(names: string[]): string[] {
  const order = new Intl.Collator(undefined, { numeric: true });
  return [...new Set(names)].sort(order.compare);
}
