import { useQuery } from "@tanstack/react-query";
import { api, askWhole } from "./client";

type Choice = { value: string; label: string };

const NONE: Choice[] = [];

/** All clients by name, to be chosen from: read page by page, and kept for a while. */
export function useClients(isWanted = true): Choice[] {
  const { data } = useQuery({
    queryKey: ["clients", "names"],
    enabled: isWanted,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const names: Choice[] = [];
      let cursor: string | null | undefined;
      do {
        const query = { limit: 500, ...(cursor ? { cursor } : {}) };
        const page = await askWhole(api.GET("/api/v1/clients", { params: { query }, signal }));
        names.push(...page.data.map(({ id, name }) => ({ value: id, label: name })));
        cursor = page.nextCursor;
      } while (cursor);
      return names;
    },
  });
  return data ?? NONE;
}
