import { Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { api, ask, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { count } from "@/format/number";
import { Failure } from "@/ui/Failure";
import { PageHeader } from "@/ui/PageHeader";
import { AlertList } from "./AlertList";
import styles from "./Alerts.module.css";
import { type AlertKind, KIND, KINDS, KindBadge } from "./kinds";

type Counts = Schemas["AlertCounts"];

const EVERY = 30_000;

/** Which alerts are listed. It stands in the address. */
function useFilter() {
  const [params, setParams] = useSearchParams();
  const change = (name: string, value: string | null) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  const kind = params.get("kind");
  return {
    kind: kind && kind in KIND ? (kind as AlertKind) : null,
    client: params.get("client"),
    search: params.get("search") ?? "",
    change,
  };
}

/** What is wrong now, the gravest first, each with what to do about it. */
export function AlertsPage() {
  const { kind, client, search, change } = useFilter();
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const query = {
    ...(kind && { kind }),
    ...(client && { clientId: client }),
    ...(wanted && { search: wanted }),
    limit: 100,
  };
  const list = usePages(
    ["alerts", query],
    (cursor) =>
      askWhole(
        api.GET("/api/v1/alerts", { params: { query: { ...query, ...(cursor && { cursor }) } } }),
      ),
    { refetchInterval: EVERY },
  );
  return (
    <>
      <PageHeader title="Alerts" beside={<span className="dim">open now</span>} />
      <search className={styles.filters}>
        <TextInput
          size="xs"
          className={styles.search ?? ""}
          leftSection={<IconSearch aria-hidden size={16} />}
          placeholder="Endpoint or client"
          aria-label="Find by endpoint or client"
          value={search}
          onChange={(event) => change("search", event.currentTarget.value)}
        />
        <ClientChoice value={client} change={(value) => change("client", value)} />
        <Kinds counts={list.first?.counts} chosen={kind} choose={(each) => change("kind", each)} />
      </search>
      {list.error ? (
        <Failure what="The alerts could not be read." error={list.error} retry={list.retry} />
      ) : (
        <AlertList list={list} isNarrowed={Boolean(kind || client || search)} />
      )}
    </>
  );
}

type KindsProps = {
  counts: Counts | undefined;
  chosen: string | null;
  choose: (kind: string | null) => void;
};

function Kinds({ counts, chosen, choose }: KindsProps) {
  return (
    <div className={styles.kinds}>
      {KINDS.filter((kind) => counts?.[kind] || chosen === kind).map((kind) => (
        <button
          key={kind}
          type="button"
          className={styles.kind}
          aria-pressed={chosen === kind}
          onClick={() => choose(chosen === kind ? null : kind)}
        >
          <KindBadge kind={kind} />
          {count(counts?.[kind])}
        </button>
      ))}
    </div>
  );
}

type ClientProps = { value: string | null; change: (client: string | null) => void };

function ClientChoice({ value, change }: ClientProps) {
  const { data = [] } = useQuery({
    queryKey: ["clients", "choice"],
    queryFn: () => ask(api.GET("/api/v1/clients", { params: { query: { limit: 500 } } })),
    staleTime: 60_000,
  });
  return (
    <Select
      size="xs"
      placeholder="All clients"
      aria-label="Client"
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={change}
      searchable
      clearable
      limit={100}
    />
  );
}
