import { Select, type SelectProps } from "@mantine/core";
import { reason } from "@/api/error";
import { useClients } from "@/api/useClients";

/** So many are listed at once; the others are found by a part of their names. */
const LISTED = 100;

/** Chooses one of the clients. */
export function ClientSelect(props: Omit<SelectProps, "data">) {
  const { clients, isKnown, error } = useClients();
  const { value } = props;
  // What was chosen before stays so, also where its name cannot be read.
  const data = isKnown || !value ? clients : [{ value, label: "As before" }];
  return (
    <Select
      label="Client"
      data={data}
      searchable
      limit={LISTED}
      {...(error && !isKnown && { error: `The clients could not be read. ${reason(error)}` })}
      {...props}
    />
  );
}
