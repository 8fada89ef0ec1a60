import { useCallback, useMemo } from "react";
import { type EndpointStatus, STATUS } from "@/ui/Status";
import { useAddress, withParts } from "@/ui/useAddress";

/** Which endpoints are listed. It stands in the address. */
export type EndpointFilter = {
  search: string;
  client: string | null;
  status: EndpointStatus | null;
};

export function useEndpointFilter() {
  const [params, setAddress] = useAddress();
  const filter = useMemo((): EndpointFilter => {
    const status = params.get("status");
    return {
      search: params.get("search") ?? "",
      client: params.get("client"),
      status: status && status in STATUS ? (status as EndpointStatus) : null,
    };
  }, [params]);
  const change = useCallback(
    (part: Partial<EndpointFilter>) => setAddress((before) => withParts(before, part)),
    [setAddress],
  );
  const clear = useCallback(() => change({ search: "", client: null, status: null }), [change]);
  return { filter, change, clear };
}

/** Whether it leaves endpoints out. */
export function isNarrowed({ search, client, status }: EndpointFilter): boolean {
  return Boolean(search.trim() || client || status);
}
