import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { useMay } from "@/session/session";

/** The time zones of the sites, by id; times are shown in the zone of their site. */
export function useZones(): (siteId?: string | null) => string | undefined {
  const may = useMay();
  const { data } = useQuery({
    // Clients see no sites; what they see says in which zone it is.
    enabled: may("see-all"),
    queryKey: ["sites", "zones"],
    queryFn: () => ask(api.GET("/api/v1/sites", { params: { query: { limit: 500 } } })),
    staleTime: 300_000,
  });
  return (siteId) => (data?.find((site) => site.id === siteId) ?? data?.[0])?.timeZone;
}
