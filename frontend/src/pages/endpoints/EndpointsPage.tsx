import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link } from "react-router";
import { api, askWhole } from "@/api/client";
import { usePages } from "@/api/pages";
import { useMay } from "@/session/session";
import { DataTable } from "@/ui/DataTable";
import { Empty, Filtered } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { PageHeader } from "@/ui/PageHeader";
import { BulkBar } from "./BulkBar";
import { endpointColumns } from "./columns";
import { EndpointFilters } from "./EndpointFilters";
import { FilesMenu } from "./FilesMenu";
import { isNarrowed, useEndpointFilter } from "./filter";
import { useSelection } from "./selection";

/** All endpoints, to be found, changed and acted on together. */
export function EndpointsPage() {
  const may = useMay();
  const { filter, change, clear } = useEndpointFilter();
  const [wanted] = useDebouncedValue(filter, 250);
  const list = usePages(["endpoints", "list", wanted], (cursor) =>
    askWhole(
      api.GET("/api/v1/endpoints", {
        params: { query: { ...queryOf(wanted), limit: 200, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
  const selection = useSelection(list.rows);
  const canChange = may("set-up");
  const columns = useMemo(
    () => endpointColumns(canChange ? selection : null),
    [canChange, selection],
  );
  return (
    <>
      <PageHeader
        title="Endpoints"
        actions={
          <>
            <FilesMenu canImport={canChange} filter={wanted} />
            {canChange && (
              <Button
                component={Link}
                to="/setup"
                size="xs"
                leftSection={<IconPlus aria-hidden size={15} />}
              >
                Add endpoint
              </Button>
            )}
          </>
        }
      />
      <EndpointFilters filter={filter} change={change} />
      {canChange && <BulkBar selection={selection} />}
      {list.error && (
        <Failure what="The endpoints could not be read." error={list.error} retry={list.retry} />
      )}
      {list.isEmpty && <Nothing clear={isNarrowed(wanted) ? clear : undefined} />}
      {list.isShown && (
        <DataTable
          label="Endpoints"
          columns={columns}
          rows={list.rows}
          keyOf={(row) => row.id}
          leadsTo={(row) => `/endpoints/${row.id}`}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
    </>
  );
}

function Nothing({ clear }: { clear: (() => void) | undefined }) {
  const may = useMay();
  if (clear) return <Filtered clear={clear}>No endpoint passes this filter.</Filtered>;
  if (!may("set-up")) return <Empty>No endpoint is set up yet.</Empty>;
  return (
    <Empty
      action={
        <Button component={Link} to="/setup">
          Set up the first one
        </Button>
      }
    >
      No endpoint is set up yet.
    </Empty>
  );
}

function queryOf({ search, client, status }: ReturnType<typeof useEndpointFilter>["filter"]) {
  return {
    ...(search.trim() && { search: search.trim() }),
    ...(client && { client }),
    ...(status && { status }),
  };
}
