import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { Chips, ChoiceChip } from "@/ui/Chips";
import { ClientSelect } from "@/ui/ClientSelect";
import { Failure } from "@/ui/Failure";
import { useAddress, withParts } from "@/ui/useAddress";
import { AlertList } from "./AlertList";
import styles from "./Alerts.module.css";
import { type AlertKind, KIND, KINDS, KindBadge } from "./kinds";

type Counts = Schemas["AlertCounts"];

const EVERY = 30_000;

/** Which alerts are listed. It stands in the address. */
function useFilter() {
  const [params, setAddress] = useAddress();
  const change = (name: string, value: string | null) =>
    setAddress((before) => withParts(before, { [name]: value }));
  const clear = () =>
    setAddress((before) => withParts(before, { kind: null, client: null, search: "" }));
  const kind = params.get("kind");
  return {
    kind: kind && kind in KIND ? (kind as AlertKind) : null,
    client: params.get("client"),
    search: params.get("search") ?? "",
    change,
    clear,
  };
}

/** What is wrong now, the gravest first, each with what to do about it. */
export function OpenAlerts() {
  const { kind, client, search, change, clear } = useFilter();
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
      <search className={styles.filters}>
        <TextInput
          size="xs"
          className={styles.search ?? ""}
          leftSection={<IconSearch aria-hidden size={16} />}
          placeholder="Endpoint, client or job"
          aria-label="Find by endpoint, client or job"
          value={search}
          onChange={(event) => change("search", event.currentTarget.value)}
        />
        <ClientSelect
          size="xs"
          className={styles.choice ?? ""}
          label={null}
          placeholder="All clients"
          aria-label="Client"
          value={client}
          onChange={(value) => change("client", value)}
          clearable
        />
        <Kinds counts={list.first?.counts} chosen={kind} choose={(each) => change("kind", each)} />
      </search>
      {list.error && (
        <Failure what="The alerts could not be read." error={list.error} retry={list.retry} />
      )}
      {(list.isShown || list.isEmpty) && (
        <AlertList list={list} clear={kind || client || search ? clear : undefined} />
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
    <Chips>
      {KINDS.filter((kind) => counts?.[kind] || chosen === kind).map((kind) => (
        <ChoiceChip
          key={kind}
          isChosen={chosen === kind}
          choose={() => choose(chosen === kind ? null : kind)}
          count={counts?.[kind]}
        >
          <KindBadge kind={kind} />
        </ChoiceChip>
      ))}
    </Chips>
  );
}
