import type { Schemas } from "@/api/client";

export type Role = Schemas["Role"];

/** The roles, and what each may do; docs/reference/permissions.md tells it route by route. */
export const ROLES: { value: Role; label: string; means: string }[] = [
  { value: "admin", label: "Administrator", means: "Everything, users and settings too." },
  { value: "operator", label: "Operator", means: "Sets up, reads, corrects and bills." },
  { value: "viewer", label: "Viewer", means: "Sees everything and changes nothing." },
  { value: "client", label: "Client", means: "Sees its own meters, months and statements." },
];

export function roleName(role: Role): string {
  return ROLES.find((each) => each.value === role)?.label ?? role;
}
