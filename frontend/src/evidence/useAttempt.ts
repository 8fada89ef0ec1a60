import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";

/** One read of a device, with what it left as evidence. */
export function useAttempt(id: number | null) {
  return useQuery({
    queryKey: ["attempts", id],
    queryFn: () =>
      ask(api.GET("/api/v1/attempts/{attempt}", { params: { path: { attempt: id ?? 0 } } })),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
