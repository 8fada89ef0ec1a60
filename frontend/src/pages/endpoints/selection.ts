import { useCallback, useMemo, useState } from "react";

/** Which rows of a list are chosen. */
export type Selection = {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  toggleAll: () => void;
  clear: () => void;
  /** Chooses these and no others. */
  choose: (ids: Iterable<string>) => void;
  /** All that are listed so far are chosen; more may follow. */
  isAll: boolean;
};

export function useSelection(rows: readonly { id: string }[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (id: string) =>
      setIds((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
    [],
  );
  const choose = useCallback((wanted: Iterable<string>) => setIds(new Set(wanted)), []);
  const clear = useCallback(() => choose([]), [choose]);
  const isAll = rows.length > 0 && rows.every(({ id }) => ids.has(id));
  const toggleAll = useCallback(
    () => setIds(isAll ? new Set() : new Set(rows.map(({ id }) => id))),
    [rows, isAll],
  );
  return useMemo(
    () => ({ ids, toggle, toggleAll, clear, choose, isAll }),
    [ids, toggle, toggleAll, clear, choose, isAll],
  );
}
