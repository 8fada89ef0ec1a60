import { useCallback, useMemo } from "react";
import type { LiveRow } from "@/live/store";
import { type EndpointStatus, STATUS } from "@/ui/Status";
import { useAddress, withParts } from "@/ui/useAddress";

export type View = "cards" | "table" | "floor";

/** What of the live page is shown. It stands in the address, so that it can be sent to others. */
export type LiveFilter = {
  view: View;
  search: string;
  client: string | null;
  place: string | null;
  status: EndpointStatus | null;
};

const VIEWS: readonly string[] = ["cards", "table", "floor"];

export function useLiveFilter() {
  const [params, setAddress] = useAddress();
  const filter = useMemo(() => filterOf(params), [params]);
  const change = useCallback(
    (part: Partial<LiveFilter>) => setAddress((before) => withParts(before, part)),
    [setAddress],
  );
  const clear = useCallback(
    () => change({ search: "", client: null, place: null, status: null }),
    [change],
  );
  return { filter, change, clear };
}

function filterOf(params: URLSearchParams): LiveFilter {
  const view = params.get("view") ?? "cards";
  const status = params.get("status");
  return {
    view: (VIEWS.includes(view) ? view : "cards") as View,
    search: params.get("search") ?? "",
    client: params.get("client"),
    place: params.get("place"),
    status: status && status in STATUS ? (status as EndpointStatus) : null,
  };
}

/** Returns the hall of a location such as "Hall 1, row A, rack A01": its part before the comma. */
export function placeOf(location: string | null): string {
  return location?.split(",", 1)[0]?.trim() || "Elsewhere";
}

/** Whether an endpoint passes all parts of the filter. */
export function isShown(row: LiveRow, filter: LiveFilter): boolean {
  return (
    isOf(filter.client, row.clientName) &&
    isOf(filter.place, placeOf(row.location)) &&
    isOf(filter.status, row.status) &&
    hasInName(row, filter.search.trim().toLocaleLowerCase())
  );
}

function isOf(wanted: string | null, value: string | null): boolean {
  return wanted === null || wanted === value;
}

function hasInName(row: LiveRow, wanted: string): boolean {
  if (!wanted) return true;
  return [row.name, row.clientName, row.location].some((part) =>
    part?.toLocaleLowerCase().includes(wanted),
  );
}
