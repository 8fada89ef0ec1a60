import { SegmentedControl } from "@mantine/core";
import { useDeferredValue, useMemo } from "react";
import { useLiveConnection, useLiveList, useLiveStore, useLiveTotals } from "@/live/LiveProvider";
import { Failure } from "@/ui/Failure";
import { PageHeader } from "@/ui/PageHeader";
import { Cards } from "./Cards";
import { Filters } from "./Filters";
import { Floor } from "./Floor";
import { isShown, useLiveFilter, type View } from "./filter";
import { LiveKpis } from "./LiveKpis";
import { LiveTable } from "./LiveTable";
import { Nothing } from "./Nothing";
import { Outline } from "./Outline";
import { Pulse } from "./Pulse";

const VIEWS: { value: View; label: string }[] = [
  { value: "cards", label: "Cards" },
  { value: "table", label: "Table" },
  { value: "floor", label: "Floor" },
];

/** All meters as they are now. */
export function LivePage() {
  const { filter, change, clear } = useLiveFilter();
  const store = useLiveStore();
  const connection = useLiveConnection();
  const isLoading = useLiveTotals() === null;
  const list = useLiveList();
  const wanted = useDeferredValue(filter);
  const rows = useMemo(() => list.filter((row) => isShown(row, wanted)), [list, wanted]);

  return (
    <>
      <PageHeader
        title="Live power"
        beside={<Pulse />}
        actions={
          <SegmentedControl
            size="xs"
            aria-label="View"
            data={VIEWS}
            value={filter.view}
            onChange={(view) => change({ view: view as View })}
          />
        }
      />
      {connection === "failed" ? (
        <Failure
          what="The meters could not be read from the server."
          error={store.error()}
          retry={store.again}
        />
      ) : (
        <>
          <LiveKpis />
          {(isLoading || list.length > 0) && (
            <Filters filter={filter} change={change} list={list} shown={rows.length} />
          )}
          {isLoading && <Outline view={filter.view} />}
          {!isLoading && rows.length === 0 && <Nothing isAtAll={list.length === 0} clear={clear} />}
          {rows.length > 0 && <Shown view={filter.view} rows={rows} />}
        </>
      )}
    </>
  );
}

function Shown({ view, rows }: { view: View; rows: Parameters<typeof Cards>[0]["rows"] }) {
  if (view === "table") return <LiveTable rows={rows} />;
  if (view === "floor") return <Floor rows={rows} />;
  return <Cards rows={rows} />;
}
