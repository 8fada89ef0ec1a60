import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { type EndpointStatus, STATUS } from "@/ui/Status";

/** Which endpoints are listed. It stands in the address. */
export type EndpointFilter = {
  search: string;
  client: string | null;
  status: EndpointStatus | null;
};

export function useEndpointFilter() {
  const [params, setParams] = useSearchParams();
  const filter = useMemo((): EndpointFilter => {
    const status = params.get("status");
    return {
      search: params.get("search") ?? "",
      client: params.get("client"),
      status: status && status in STATUS ? (status as EndpointStatus) : null,
    };
  }, [params]);
  const change = useCallback(
    (part: Partial<EndpointFilter>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(part)) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  return { filter, change };
}

/** Whether it leaves endpoints out. */
export function isNarrowed({ search, client, status }: EndpointFilter): boolean {
  return Boolean(search.trim() || client || status);
}
