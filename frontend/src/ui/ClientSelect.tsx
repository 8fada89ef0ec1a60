import { Select, type SelectProps } from "@mantine/core";
import { useClients } from "@/api/useClients";

/** So many are listed at once; the others are found by a part of their names. */
const LISTED = 100;

/** Chooses one of the clients. */
export function ClientSelect(props: Omit<SelectProps, "data">) {
  return <Select label="Client" data={useClients()} searchable limit={LISTED} {...props} />;
}
