import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCircleCheck, IconCircleMinus, IconPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askWhole, type Schemas } from "@/api/client";
import { reason } from "@/api/error";
import { usePages } from "@/api/pages";
import { queries } from "@/app/queries";
import { day } from "@/format/time";
import { roleName } from "@/session/roles";
import { Ago } from "@/ui/Ago";
import { confirmOnce } from "@/ui/confirm";
import { ACTIONS, type Column, DataTable } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Badge } from "@/ui/Status";
import { TokenDialog } from "./TokenDialog";

type Token = Schemas["TokenOutput"];

/** With which programs call the API. */
export function Tokens() {
  const [isMaking, setMaking] = useState(false);
  const list = usePages(["tokens"], (cursor) =>
    askWhole(
      api.GET("/api/v1/tokens", { params: { query: { limit: 200, ...(cursor && { cursor }) } } }),
    ),
  );
  const revoke = useMutation({
    mutationFn: (token: Token) =>
      ask(api.DELETE("/api/v1/tokens/{token}", { params: { path: { token: token.id } } })),
    onSuccess: (_, token) => {
      queries.invalidateQueries({ queryKey: ["tokens"] });
      notifications.show({ message: `The token ${token.name} does not work any more.` });
    },
    onError: (error) => notifications.show({ color: "red", message: reason(error) }),
  });
  const confirm = (token: Token) =>
    confirmOnce({
      title: `Revoke the token ${token.name}?`,
      children: "Programs that use it are refused at once. This cannot be undone.",
      labels: { confirm: "Revoke", cancel: "Keep it" },
      onConfirm: () => revoke.mutate(token),
    });
  return (
    <>
      <Group justify="flex-end" mb="md">
        <Button
          size="xs"
          leftSection={<IconPlus aria-hidden size={15} />}
          onClick={() => setMaking(true)}
        >
          Make a token
        </Button>
      </Group>
      {list.error && (
        <Failure what="The tokens could not be read." error={list.error} retry={list.retry} />
      )}
      {list.isEmpty && (
        <Empty action={<Button onClick={() => setMaking(true)}>Make the first one</Button>}>
          No program has a token yet.
        </Empty>
      )}
      {list.isShown && (
        <DataTable
          label="API tokens"
          columns={columns(confirm)}
          rows={list.rows}
          keyOf={(row) => String(row.id)}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
      <TokenDialog opened={isMaking} onClose={() => setMaking(false)} />
    </>
  );
}

function columns(revoke: (token: Token) => void): Column<Token>[] {
  return [
    { id: "name", header: "Name", onPhone: true, cell: (row) => <b>{row.name}</b> },
    { id: "role", header: "May do what", cell: (row) => roleName(row.role) },
    { id: "by", onWide: true, header: "Made by", cell: (row) => row.madeBy ?? "the command" },
    {
      id: "state",
      header: "State",
      width: "116px",
      onPhone: true,
      cell: (row) =>
        row.works ? (
          <Badge tone="ok" icon={IconCircleCheck} word="Works" />
        ) : (
          <Badge
            tone="disabled"
            icon={IconCircleMinus}
            word={row.revokedAt ? "Revoked" : "Expired"}
          />
        ),
    },
    {
      id: "expires",
      header: "Until",
      width: "120px",
      cell: (row) => (row.expiresAt ? day(row.expiresAt) : "no end"),
    },
    {
      id: "used",
      header: "Last used",
      width: "110px",
      isNumber: true,
      cell: (row) => <Ago at={row.lastUsedAt} />,
    },
    {
      id: "revoke",
      header: ACTIONS,
      width: "90px",
      isNumber: true,
      onPhone: true,
      cell: (row) =>
        row.works && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => revoke(row)}
            aria-label={`Revoke ${row.name}`}
          >
            Revoke
          </Button>
        ),
    },
  ];
}
