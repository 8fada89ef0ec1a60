import { useQuery } from "@tanstack/react-query";
import { api, ask, askWhole, type Schemas } from "@/api/client";
import { monthOf } from "@/format/time";
import { monthsAgo } from "@/history/range";
import { useHistory } from "@/history/useHistory";
import { useMay } from "@/session/session";

export type Endpoint = Schemas["EndpointOutput"];
export type Meter = Schemas["MeterOutput"];

const EVERY = 60_000;

/** How an endpoint is set up; a client is not told, and not asked for. */
export function useEndpoint(id: string) {
  const may = useMay();
  return useQuery({
    queryKey: ["endpoints", id],
    queryFn: () =>
      ask(api.GET("/api/v1/endpoints/{endpoint}", { params: { path: { endpoint: id } } })),
    enabled: may("see-all"),
  });
}

/** The energy of the last twelve months; it also tells the zone whose months they are. */
export function useMonths(id: string) {
  return useHistory({
    whose: { by: "endpoint", endpointId: [id] },
    step: "month",
    rangeKey: "months",
    range: () => ({ from: monthsAgo(11) }),
  });
}

/** The running month in figures, in the zone of the endpoint's site. */
export function useRunningMonth(id: string, zone: string | undefined) {
  const month = monthOf(new Date(), zone);
  return useQuery({
    queryKey: ["monthly", id, month],
    queryFn: () =>
      ask(
        api.GET("/api/v1/consumption/monthly/{endpoint}", {
          params: {
            path: { endpoint: id },
            query: { year: Number(month.slice(0, 4)), month: Number(month.slice(5)) },
          },
        }),
      ),
    enabled: zone !== undefined,
    refetchInterval: EVERY,
  });
}

/** The meters of an endpoint. */
export function useMeters(id: string) {
  return useQuery({
    queryKey: ["meters", id],
    queryFn: async () => {
      const query = { endpointId: id, limit: 100 };
      return (await askWhole(api.GET("/api/v1/meters", { params: { query } }))).data;
    },
    staleTime: EVERY,
  });
}
