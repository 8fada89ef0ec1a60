import { Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { api, ask, askTagged, type Schemas, type Tagged } from "@/api/client";
import { useEdited } from "@/api/useEdited";
import { queries } from "@/app/queries";
import { zoned } from "@/format/time";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/Failure";
import { NotSaved } from "@/ui/NotSaved";
import { type Again, useUnsaved } from "@/ui/useUnsaved";
import { RoleFields } from "./RoleFields";
import { Secret } from "./Secret";

type User = Schemas["UserOutput"];

const TOGETHER = [["role", "clientId"]] as const;

type Props = {
  shown: Tagged<User>;
  /** Reads it anew, where somebody else changed it. */
  again: Again<Tagged<User>>;
  onClose: () => void;
};

/** A user to be changed; what somebody else changed meanwhile is not overwritten. */
export function EditUser({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useEdited(["users", id], () =>
    askTagged(api.GET("/api/v1/users/{user}", { params: { path: { user: id } } })),
  );
  if (data) return <UserDialog shown={data} again={refetch} onClose={onClose} />;
  return (
    error && (
      <Dialog onClose={onClose} title="Change a user">
        <Failure what="The user could not be read." error={error} retry={refetch} />
      </Dialog>
    )
  );
}

/** Changing a user, disabling it, and a link for a new password. */
function UserDialog({ shown: { value: user, tag }, again, onClose }: Props) {
  const path = { user: user.id };
  const form = useForm({ initialValues: valuesOf(user) });
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      ask(
        api.PATCH("/api/v1/users/{user}", {
          params: { path, header: { "If-Match": tag } },
          body: { ...values, clientId: values.role === "client" ? values.clientId : null },
        }),
      ),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["users"] });
      notifications.show({ message: `${user.name} is changed.` });
      onClose();
    },
  });
  const unsaved = useUnsaved(form, ({ value }) => valuesOf(value), again, save, TOGETHER);
  const link = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/users/{user}/link", { params: { path } })),
  });
  return (
    <Dialog
      onClose={onClose}
      title={`User ${user.name}`}
      size="lg"
      // A click beside it must not lose what is shown once.
      closeOnClickOutside={!link.data}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md">
          <TextInput label="Full name" {...form.getInputProps("displayName")} />
          <RoleFields form={form} label="Role" />
          <Switch
            label="Disabled"
            description="Its sessions and tokens end at once; what it did stays in the audit log."
            {...form.getInputProps("disabled", { type: "checkbox" })}
          />
          {link.data ? (
            <Secret label="Link for choosing a password" value={link.data.link.url}>
              {`It works once, until ${zoned(link.data.link.expiresAt)}, and is not shown again.`}
            </Secret>
          ) : (
            <Button
              variant="default"
              loading={link.isPending}
              onClick={() => link.mutate()}
              style={{ alignSelf: "start" }}
            >
              Make a link for a new password
            </Button>
          )}
          <NotSaved {...unsaved} />
          {link.error && <Failure what="There is no link." error={link.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function valuesOf({ displayName, role, clientId, disabled }: User) {
  return { displayName, role, clientId, disabled };
}
