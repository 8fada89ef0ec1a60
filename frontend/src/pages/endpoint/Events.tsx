import { Button, Group, Menu, VisuallyHidden } from "@mantine/core";
import { IconArrowsExchange, IconChecks, IconChevronDown } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { exact, MISSING } from "@/format/number";
import { zoned } from "@/format/time";
import { useMay } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Declare } from "./Declare";
import { type Declarable, declarable } from "./declarable";
import styles from "./Records.module.css";
import { type Meter, useMeters } from "./useEndpoint";
import { Withdraw } from "./Withdraw";
import { EVENTS } from "./words";

export type RegisterEvent = Schemas["EventOutput"];
type Props = { id: string; zone: string | undefined };

const RARER: readonly Declarable[] = ["settings", "end"];

/** What people declared of the registers: it can be declared and withdrawn here. */
export function Events({ id, zone }: Props) {
  const may = useMay();
  const { data: meters = [] } = useMeters(id);
  const [declaring, setDeclaring] = useState<Declarable | null>(null);
  const [withdrawing, setWithdrawing] = useState<RegisterEvent | null>(null);
  const lists = useQueries({ queries: meters.map(eventsOf) });
  const failed = lists.find((list) => list.error);
  const isPending = lists.some((list) => list.isPending);
  const events = lists
    .flatMap((list) => list.data ?? [])
    .sort((a, b) => b.at.localeCompare(a.at) || (b.id ?? 0) - (a.id ?? 0));
  const withdraw = may("correct") ? setWithdrawing : undefined;
  return (
    <>
      <div className={styles.tools}>
        <span className={styles.note}>Swaps, check readings and corrections of the register.</span>
        {may("correct") && meters.length > 0 && <Offers declare={setDeclaring} />}
      </div>
      {failed && (
        <div className={styles.pad}>
          <Failure
            what="The events could not be read."
            error={failed.error}
            retry={() => Promise.all(lists.map((list) => list.refetch()))}
          />
        </div>
      )}
      {!failed && !isPending && events.length === 0 && (
        <div className={styles.pad}>
          <Empty>Nothing was declared of this register.</Empty>
        </div>
      )}
      {!failed && (isPending || events.length > 0) && (
        <DataTable
          label="Register events"
          columns={columnsOf(meters, zone, withdraw)}
          rows={events}
          keyOf={(event) => String(event.id)}
          loading={isPending}
        />
      )}
      {declaring && (
        <Declare kind={declaring} meters={meters} zone={zone} close={() => setDeclaring(null)} />
      )}
      {withdrawing && (
        <Withdraw event={withdrawing} zone={zone} close={() => setWithdrawing(null)} />
      )}
    </>
  );
}

/** What can be declared: the usual ones as buttons, the rarer ones in a menu. */
function Offers({ declare }: { declare: (kind: Declarable) => void }) {
  return (
    <Group gap={8}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconChecks aria-hidden size={15} />}
        onClick={() => declare("check")}
      >
        {declarable("check").word}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconArrowsExchange aria-hidden size={15} />}
        onClick={() => declare("swap")}
      >
        {declarable("swap").word}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            rightSection={<IconChevronDown aria-hidden size={15} />}
          >
            Something else
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {RARER.map((kind) => (
            <Menu.Item key={kind} onClick={() => declare(kind)}>
              {declarable(kind).word}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function eventsOf({ id }: Meter) {
  return {
    queryKey: ["events", id],
    queryFn: () =>
      ask(api.GET("/api/v1/meters/{meter}/events", { params: { path: { meter: id } } })),
  };
}

function columnsOf(
  meters: readonly Meter[],
  zone: string | undefined,
  withdraw: ((event: RegisterEvent) => void) | undefined,
): readonly Column<RegisterEvent>[] {
  const keys = new Map(meters.map(({ id, key }) => [id, key]));
  return [
    {
      id: "at",
      header: "When",
      cell: ({ at }) => zoned(at, zone),
      width: "min(206px, 42vw)",
      onPhone: true,
    },
    {
      id: "kind",
      header: "What",
      cell: ({ kind, withdrawnAt }) => (
        <span className={withdrawnAt ? styles.withdrawn : undefined}>{EVENTS[kind]}</span>
      ),
      width: "140px",
      onPhone: true,
    },
    {
      id: "meter",
      onWide: true,
      header: "Meter",
      cell: ({ meterId }) => keys.get(meterId) ?? MISSING,
      width: "90px",
    },
    { id: "register", header: "Register, kWh", cell: registers, width: "190px", isNumber: true },
    { id: "why", header: "Why, and by whom", cell: whyOf },
    {
      id: "withdraw",
      header: <VisuallyHidden>Withdraw</VisuallyHidden>,
      cell: (event) =>
        withdraw && !event.withdrawnAt ? (
          <Button size="compact-xs" variant="subtle" onClick={() => withdraw(event)}>
            Withdraw
          </Button>
        ) : null,
      width: "100px",
      isNumber: true,
      onPhone: true,
    },
  ];
}

function registers({ totalKwh, finalKwh, initialKwh }: RegisterEvent): string {
  if (totalKwh !== null) return exact(totalKwh);
  if (finalKwh === null && initialKwh === null) return MISSING;
  return `${exact(finalKwh)} → ${exact(initialKwh)}`;
}

function whyOf({ why, by, withdrawnBy, withdrawnWhy }: RegisterEvent) {
  const told = withdrawnBy
    ? `${why} (${by}). Withdrawn by ${withdrawnBy}: ${withdrawnWhy}`
    : `${why} (${by})`;
  return <span title={told}>{told}</span>;
}
