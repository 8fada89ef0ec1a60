import { Select } from "@mantine/core";
import { ROLES, type Role } from "@/session/roles";
import { ClientSelect } from "@/ui/ClientSelect";

type Form = { values: { role: Role }; getInputProps: (name: "role" | "clientId") => object };

/** What somebody may do, and whose client it is where it is a client's. */
export function RoleFields({ form, label }: { form: Form; label: string }) {
  const { role } = form.values;
  return (
    <>
      <Select
        label={label}
        description={ROLES.find((each) => each.value === role)?.means}
        data={ROLES}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
      {role === "client" && <ClientSelect required {...form.getInputProps("clientId")} />}
    </>
  );
}
