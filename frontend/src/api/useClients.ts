import { useQuery } from "@tanstack/react-query";
import { api, askWhole } from "./client";

type Choice = { value: string; label: string };

const NONE: Choice[] = [];

/** All clients by name, to be chosen from: read page by page, and kept for a while. */
export function useClients(isWanted = true) {
  const { data, error } = useQuery({
    queryKey: ["clients", "names"],
    enabled: isWanted,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      // One that is renamed between two pages stands on both.
      const names = new Map<string, Choice>();
      let cursor: string | null | undefined;
      do {
        const query = { limit: 500, ...(cursor ? { cursor } : {}) };
        const page = await askWhole(api.GET("/api/v1/clients", { params: { query }, signal }));
        for (const { id, name } of page.data) names.set(id, { value: id, label: name });
        cursor = page.nextCursor;
      } while (cursor);
      return [...names.values()];
    },
  });
  return { clients: data ?? NONE, isKnown: data !== undefined, error };
}
