import { Button, Group, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  IconCircleCheck,
  IconCircleMinus,
  IconMailForward,
  IconPlus,
  IconSearch,
} from "@tabler/icons-react";
import { useState } from "react";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { roleName } from "@/session/roles";
import { Ago } from "@/ui/Ago";
import { ACTIONS, type Column, DataTable } from "@/ui/DataTable";
import { Filtered } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Badge } from "@/ui/Status";
import styles from "./Access.module.css";
import { InviteDialog } from "./InviteDialog";
import { EditUser } from "./UserDialog";

type User = Schemas["UserOutput"];

/** The people who may sign in. */
export function Users() {
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const [chosen, setChosen] = useState<User | null>(null);
  const [isInviting, setInviting] = useState(false);
  const list = usePages(["users", wanted], (cursor) =>
    askWhole(
      api.GET("/api/v1/users", {
        params: {
          query: { limit: 200, ...(wanted && { search: wanted }), ...(cursor && { cursor }) },
        },
      }),
    ),
  );
  return (
    <>
      <Group justify="space-between" mb="md" gap="xs">
        <TextInput
          size="xs"
          className={styles.search ?? ""}
          leftSection={<IconSearch aria-hidden size={16} />}
          placeholder="Find a user"
          aria-label="Find a user"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Button
          size="xs"
          leftSection={<IconPlus aria-hidden size={15} />}
          onClick={() => setInviting(true)}
        >
          Invite a user
        </Button>
      </Group>
      {list.error && (
        <Failure what="The users could not be read." error={list.error} retry={list.retry} />
      )}
      {list.isEmpty && (
        <Filtered clear={() => setSearch("")}>No user has that in the name.</Filtered>
      )}
      {list.isShown && (
        <DataTable
          label="Users"
          columns={columns(setChosen)}
          rows={list.rows}
          keyOf={(row) => row.id}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
      <InviteDialog opened={isInviting} onClose={() => setInviting(false)} />
      {chosen && <EditUser key={chosen.id} id={chosen.id} onClose={() => setChosen(null)} />}
    </>
  );
}

function columns(choose: (user: User) => void): Column<User>[] {
  return [
    { id: "name", header: "Name", onPhone: true, cell: (row) => <b>{nameOf(row)}</b> },
    { id: "login", header: "Signs in as", cell: (row) => row.name },
    { id: "role", header: "Role", onPhone: true, cell: (row) => roleName(row.role) },
    { id: "client", header: "Client", cell: (row) => row.clientName ?? "" },
    { id: "state", header: "State", width: "126px", cell: (row) => <State user={row} /> },
    {
      id: "seen",
      header: "Signed in",
      width: "110px",
      isNumber: true,
      cell: (row) => <Ago at={row.signedInAt} />,
    },
    {
      id: "change",
      header: ACTIONS,
      width: "90px",
      isNumber: true,
      onPhone: true,
      cell: (row) => (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => choose(row)}
          aria-label={`Change ${nameOf(row)}`}
        >
          Change
        </Button>
      ),
    },
  ];
}

function nameOf({ displayName, name }: User): string {
  return displayName || name;
}

function State({ user }: { user: User }) {
  if (user.disabled) return <Badge tone="disabled" icon={IconCircleMinus} word="Disabled" />;
  // Who has a link signs in without a password.
  const isThere = user.hasPassword || user.signedInAt !== null;
  if (!isThere) return <Badge tone="stale" icon={IconMailForward} word="Invited" />;
  return <Badge tone="ok" icon={IconCircleCheck} word="Active" />;
}
