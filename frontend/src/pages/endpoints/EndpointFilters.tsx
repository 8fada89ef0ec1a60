import { Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useClientNames } from "@/live/useClientNames";
import { type EndpointStatus, STATUS, STATUSES } from "@/ui/Status";
import styles from "./Endpoints.module.css";
import type { EndpointFilter } from "./filter";

type Props = { filter: EndpointFilter; change: (part: Partial<EndpointFilter>) => void };

const CHOICES = STATUSES.map((status) => ({ value: status, label: STATUS[status].word }));

export function EndpointFilters({ filter, change }: Props) {
  const clients = useClientNames();
  return (
    <search className={styles.filters}>
      <TextInput
        size="xs"
        className={styles.search ?? ""}
        leftSection={<IconSearch aria-hidden size={16} />}
        placeholder="Name, address or location"
        aria-label="Find by name, address or location"
        value={filter.search}
        onChange={(event) => change({ search: event.currentTarget.value })}
      />
      <Select
        size="xs"
        placeholder="All clients"
        aria-label="Client"
        data={clients}
        value={filter.client}
        onChange={(client) => change({ client })}
        searchable
        clearable
        limit={100}
      />
      <Select
        size="xs"
        placeholder="Any status"
        aria-label="Status"
        data={CHOICES}
        value={filter.status}
        onChange={(status) => change({ status: status as EndpointStatus | null })}
        clearable
      />
    </search>
  );
}
