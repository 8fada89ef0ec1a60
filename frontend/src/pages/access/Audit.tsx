import { Group, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { exactMoment } from "@/format/time";
import { type Column, DataTable } from "@/ui/DataTable";
import { Filtered } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { useZones } from "@/ui/useZone";
import styles from "./Access.module.css";

type Entry = Schemas["AuditEntry"];
type Filter = { actor: string; action: string; from: string | null; to: string | null };

const NONE: Filter = { actor: "", action: "", from: null, to: null };

/** Who did what, newest first. */
export function Audit() {
  const zone = useZones()();
  const [filter, setFilter] = useState(NONE);
  const [wanted] = useDebouncedValue(filter, 250);
  const change = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  const list = usePages(["audit", wanted], (cursor) =>
    askWhole(
      api.GET("/api/v1/audit", {
        params: { query: { ...queryOf(wanted), limit: 200, ...(cursor && { cursor }) } },
      }),
    ),
  );
  return (
    <>
      <Group mb="md" gap="xs">
        <TextInput
          size="xs"
          className={styles.part ?? ""}
          placeholder="Who"
          aria-label="Who"
          value={filter.actor}
          onChange={(event) => change({ actor: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          className={styles.part ?? ""}
          placeholder="What"
          aria-label="What"
          value={filter.action}
          onChange={(event) => change({ action: event.currentTarget.value })}
        />
        <DatePickerInput
          size="xs"
          className={styles.part ?? ""}
          placeholder="From"
          aria-label="From"
          valueFormat="D MMM YYYY"
          clearable
          value={filter.from}
          onChange={(from) => change({ from })}
        />
        <DatePickerInput
          size="xs"
          className={styles.part ?? ""}
          placeholder="To"
          aria-label="To"
          valueFormat="D MMM YYYY"
          clearable
          value={filter.to}
          onChange={(to) => change({ to })}
        />
      </Group>
      {list.error && (
        <Failure what="The audit log could not be read." error={list.error} retry={list.retry} />
      )}
      {list.isEmpty && (
        <Filtered clear={() => setFilter(NONE)}>Nothing that was done passes this filter.</Filtered>
      )}
      {list.isShown && (
        <DataTable
          label="Audit log"
          columns={columns(zone)}
          rows={list.rows}
          keyOf={(row) => String(row.id)}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
    </>
  );
}

function queryOf({ actor, action, from, to }: Filter) {
  return {
    ...(actor.trim() && { actor: actor.trim() }),
    ...(action.trim() && { action: action.trim() }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

function columns(zone: string | undefined): Column<Entry>[] {
  return [
    {
      id: "at",
      header: "When",
      width: "clamp(112px, 26vw, 210px)",
      onPhone: true,
      cell: (row) => <span className={styles.when}>{exactMoment(row.at, zone)}</span>,
    },
    {
      id: "who",
      header: "Who",
      cell: (row) => <span title={row.actor}>{row.actor}</span>,
      onPhone: true,
    },
    { id: "action", header: "What", cell: (row) => row.action, onPhone: true },
    {
      id: "object",
      header: "To what",
      width: "26%",
      cell: (row) => [row.kind, row.objectName ?? row.objectId].filter(Boolean).join(" "),
    },
    { id: "fields", header: "Fields", cell: (row) => row.fields.join(", ") },
    {
      id: "from",
      onWide: true,
      header: "From",
      width: "130px",
      cell: (row) => row.address ?? row.actorKind,
    },
  ];
}
