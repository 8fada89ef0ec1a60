import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import type { Step } from "./range";

export type History = Schemas["HistoryOutput"];
export type HistorySeries = Schemas["HistorySeries"];

/** Of whom a history is; all of everything where nobody is named. */
export type Whose = {
  by: Schemas["Grouping"];
  endpointId?: readonly string[];
  clientId?: readonly string[];
  total?: boolean;
};

type Asked = {
  whose: Whose;
  step: Step;
  /** What tells one range from another; the range itself moves with the time. */
  rangeKey: unknown;
  range: () => { from: string; to?: string };
};

const EVERY = 60_000;
const SELDOM = 5 * EVERY;

/** Reads a history, and again now and then; the one before stays until the next is there. */
export function useHistory({ whose, step, rangeKey, range }: Asked) {
  const { by, endpointId = [], clientId = [], total = false } = whose;
  return useQuery({
    queryKey: ["history", by, endpointId, clientId, total, step, rangeKey],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/consumption/history", {
          params: {
            query: {
              ...range(),
              by,
              step,
              total,
              ...(endpointId.length > 0 ? { endpointId: [...endpointId] } : {}),
              ...(clientId.length > 0 ? { clientId: [...clientId] } : {}),
            },
          },
          signal,
        }),
      ),
    refetchInterval: by === "endpoint" ? EVERY : SELDOM,
    placeholderData: keepPreviousData,
  });
}
