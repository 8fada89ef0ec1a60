import { Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo } from "react";
import { count } from "@/format/number";
import type { LiveRow } from "@/live/store";
import { inOrder, useClientNames } from "@/live/useClientNames";
import { useMay } from "@/session/session";
import { Chips, ChoiceChip } from "@/ui/Chips";
import { STATUSES, Status } from "@/ui/Status";
import styles from "./Filters.module.css";
import { type LiveFilter, placeOf } from "./filter";

type Props = {
  filter: LiveFilter;
  change: (part: Partial<LiveFilter>) => void;
  list: readonly LiveRow[];
  shown: number;
};

/** Search, and what to choose of: clients, halls, and the statuses with how many have them. */
export function Filters({ filter, change, list, shown }: Props) {
  const may = useMay();
  const clients = useClientNames();
  const places = useMemo(() => inOrder(list.map((row) => placeOf(row.location))), [list]);
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const { status } of list) found.set(status, (found.get(status) ?? 0) + 1);
    return found;
  }, [list]);
  return (
    <search className={styles.filters}>
      <TextInput
        size="xs"
        className={styles.search ?? ""}
        leftSection={<IconSearch aria-hidden size={16} />}
        placeholder="Find a meter, client or place"
        aria-label="Find a meter, client or place"
        value={filter.search}
        onChange={(event) => change({ search: event.currentTarget.value })}
      />
      {may("see-all") && clients.length > 0 && (
        <Select
          size="xs"
          className={styles.choice ?? ""}
          placeholder="All clients"
          aria-label="Client"
          data={clients}
          value={filter.client}
          onChange={(client) => change({ client })}
          searchable
          clearable
          limit={100}
        />
      )}
      {places.length > 1 && (
        <Select
          size="xs"
          className={styles.choice ?? ""}
          placeholder="All halls"
          aria-label="Hall"
          data={places}
          value={filter.place}
          onChange={(place) => change({ place })}
          searchable
          clearable
          limit={100}
        />
      )}
      <div className={styles.found}>
        <Chips>
          {STATUSES.filter((status) => counts.has(status) || filter.status === status).map(
            (status) => (
              <ChoiceChip
                key={status}
                isChosen={filter.status === status}
                choose={() => change({ status: filter.status === status ? null : status })}
                count={counts.get(status) ?? 0}
              >
                <Status status={status} />
              </ChoiceChip>
            ),
          )}
        </Chips>
        <output className={styles.shown}>
          {list.length > 0 && `${count(shown)} of ${count(list.length)}`}
        </output>
      </div>
    </search>
  );
}
