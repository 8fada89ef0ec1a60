import { MultiSelect, type OptionsFilter, Text } from "@mantine/core";
import { useMemo } from "react";
import { reason } from "@/api/error";
import { useClients } from "@/api/useClients";
import { useLiveList } from "@/live/LiveProvider";
import type { Kind } from "./choice";
import styles from "./HistoryPage.module.css";

type Option = { value: string; label: string };
type Props = { kind: Kind; chosen: readonly string[]; onChange: (chosen: string[]) => void };

const READING = "The clients are not read yet.";
const MOST = 50;
const LISTED = 60;

/** Chooses endpoints or clients by a part of their names, among any number of them. */
export function WhoseSelect({ kind, chosen, onChange }: Props) {
  const rows = useLiveList();
  const { clients, isKnown, error } = useClients(kind === "client");
  const isUnread = kind === "client" && !isKnown;
  const { options, beside } = useMemo(() => {
    if (kind === "client") return { options: clients, beside: new Map<string, string>() };
    return {
      options: rows.map(({ endpointId, name }) => ({ value: endpointId, label: name })),
      beside: new Map(
        rows.map(({ endpointId, clientName, location }) => [
          endpointId,
          [clientName, location].filter(Boolean).join(" · "),
        ]),
      ),
    };
  }, [kind, rows, clients]);
  // What an address names is kept also where it is not listed (any more).
  const data = useMemo(() => {
    const known = new Set(options.map(({ value }) => value));
    const others = chosen.filter((value) => !known.has(value));
    return [...options, ...others.map((value) => ({ value, label: value }))];
  }, [options, chosen]);
  const word = kind === "client" ? "clients" : "endpoints";
  return (
    <MultiSelect
      size="xs"
      className={styles.whose ?? ""}
      classNames={{ inputField: styles.typed ?? "" }}
      aria-label={`Shown ${word}`}
      placeholder={chosen.length === 0 ? `All together; choose ${word}` : ""}
      data={data}
      value={[...chosen]}
      onChange={onChange}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Choose none" }}
      limit={LISTED}
      maxValues={MOST}
      hidePickedOptions
      nothingFoundMessage={isUnread ? READING : `No ${kind} has that in its name.`}
      {...(isUnread && error && { error: `The clients could not be read. ${reason(error)}` })}
      filter={(input) => found(input, beside)}
      renderOption={({ option }) => (
        <span className={styles.option}>
          {option.label}
          <Text span size="xs" c="dimmed" truncate>
            {beside.get(option.value)}
          </Text>
        </span>
      )}
    />
  );
}

function found(
  { options, search, limit }: Parameters<OptionsFilter>[0],
  beside: ReadonlyMap<string, string>,
) {
  const wanted = search.trim().toLocaleLowerCase();
  const has = ({ value, label }: Option) =>
    `${label} ${beside.get(value) ?? ""}`.toLocaleLowerCase().includes(wanted);
  return options.filter((option) => "value" in option && has(option as Option)).slice(0, limit);
}
