import { Select, type SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";

/** Chooses one of the clients. */
export function ClientSelect(props: Omit<SelectProps, "data">) {
  const { data = [] } = useQuery({
    queryKey: ["clients", "choice"],
    queryFn: () => ask(api.GET("/api/v1/clients", { params: { query: { limit: 500 } } })),
    staleTime: 60_000,
  });
  return (
    <Select
      label="Client"
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      searchable
      limit={100}
      {...props}
    />
  );
}
