import { Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askTagged, type Tagged } from "@/api/client";
import { ApiError } from "@/api/error";
import { useEdited } from "@/api/useEdited";
import { queries } from "@/app/queries";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/Failure";
import { goToFirst } from "@/ui/goToFirst";
import { NotSaved } from "@/ui/NotSaved";
import { type Again, useUnsaved } from "@/ui/useUnsaved";
import { AddressFields } from "./AddressFields";
import { type AddressValues, mailAddress, NO_ADDRESS } from "./address";
import { ChoiceFields, type ChoiceValues } from "./ChoiceFields";
import { type Channel, type ChannelInput, wayOf } from "./channels";
import { KINDS } from "./kinds";
import { MAIL } from "./services";

type Values = ChoiceValues & { name: string; enabled: boolean };

const NEW: Values = {
  name: "",
  kinds: KINDS,
  isCriticalOnly: false,
  clientId: null,
  siteId: null,
  afterMinutes: 5,
  enabled: true,
};

type Props = {
  channel?: Channel;
  tag?: string;
  /** Reads it anew, where somebody else changed it. */
  again?: Again<Tagged<Channel>>;
  onClose: () => void;
};

/** A channel to be changed; what somebody else changed meanwhile is not overwritten. */
export function EditChannel({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useEdited(["channels", id], () =>
    askTagged(api.GET("/api/v1/channels/{channel}", { params: { path: { channel: id } } })),
  );
  if (data) {
    const { value, tag } = data;
    return <ChannelDialog channel={value} tag={tag} again={refetch} onClose={onClose} />;
  }
  return (
    error && (
      <Dialog onClose={onClose} title="Change a channel">
        <Failure what="The channel could not be read." error={error} retry={refetch} />
      </Dialog>
    )
  );
}

/** A channel: where it leads, and what it is told of. */
export function ChannelDialog({ channel, tag, again, onClose }: Props) {
  const [isMoved, setMoved] = useState(!channel);
  const address = useForm<AddressValues>({
    initialValues: NO_ADDRESS,
    validate: {
      to: (to, { service }) => (service !== MAIL || to.includes("@") ? null : "Say who gets it."),
      server: (server, { service }) =>
        service !== MAIL || server.trim() ? null : "Say which server sends it.",
      from: (from, { service }) =>
        service !== MAIL || from.includes("@") ? null : "Say as whom it is sent.",
      address: (given, { service }) =>
        service === MAIL || given.trim() ? null : "Say where it leads.",
    },
  });
  const form = useForm<Values>({
    initialValues: channel ? valuesOf(channel) : NEW,
    validate: {
      name: (name) => (name.trim() ? null : "Give it a name."),
      kinds: (kinds) => (kinds.length > 0 ? null : "Choose at least one."),
    },
  });
  const save = useMutation({
    mutationFn: () => send(channel, tag, inputOf(form.values, isMoved ? address.values : null)),
    onSuccess: (saved) => {
      queries.invalidateQueries({ queryKey: ["channels"] });
      notifications.show({ message: `${saved.name} is saved. Send it a test.` });
      onClose();
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      form.setErrors(error.fields);
      address.setErrors({ address: error.fields.url, server: error.fields.url });
    },
  });
  const renew: typeof again =
    again &&
    (async (how) => {
      const stored = await again(how);
      // Where it leads was changed by somebody else: what was typed waits behind the button.
      if (channel && stored.data && wayOf(stored.data.value) !== wayOf(channel)) setMoved(false);
      return stored;
    });
  const unsaved = useUnsaved(form, ({ value }) => valuesOf(value), renew, save);
  const submit = () => {
    // Both are looked at, so that all that is missing is told at once.
    const where = isMoved ? address.validate() : { hasErrors: false, errors: {} };
    const what = form.validate();
    if (!what.hasErrors && !where.hasErrors) save.mutate();
    else if (what.errors.name || !where.hasErrors) goToFirst(form, what.errors);
    else goToFirst(address, where.errors);
  };
  return (
    <Dialog
      onClose={onClose}
      title={channel ? `Change ${channel.name}` : "Add a channel"}
      size="lg"
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Name"
            placeholder="Night shift"
            required
            data-autofocus
            {...form.getInputProps("name")}
          />
          {isMoved ? (
            <AddressFields form={address} />
          ) : (
            <Group justify="space-between">
              <span>{channel && wayOf(channel)}</span>
              <Button size="compact-sm" variant="default" onClick={() => setMoved(true)}>
                Enter another address
              </Button>
            </Group>
          )}
          <ChoiceFields form={form} />
          <Switch label="On" {...form.getInputProps("enabled", { type: "checkbox" })} />
          <NotSaved {...unsaved} />
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

function valuesOf(channel: Channel): Values {
  const { name, kinds, severity, clientId, siteId, afterMinutes, enabled } = channel;
  const isCriticalOnly = severity === "critical";
  return { name, kinds: kinds ?? KINDS, isCriticalOnly, clientId, siteId, afterMinutes, enabled };
}

function inputOf(values: Values, address: AddressValues | null): ChannelInput {
  const { name, kinds, isCriticalOnly, clientId, siteId, afterMinutes, enabled } = values;
  const url = address && (address.service === MAIL ? mailAddress(address) : address.address.trim());
  return {
    name: name.trim(),
    // All of them: also those that a later version may know.
    kinds: kinds.length === KINDS.length ? null : kinds,
    severity: isCriticalOnly ? "critical" : "warning",
    clientId,
    siteId,
    afterMinutes: Number(afterMinutes) || 0,
    enabled,
    ...(url && { url }),
  };
}

function send(channel: Channel | undefined, tag: string | undefined, body: ChannelInput) {
  if (!channel) return ask(api.POST("/api/v1/channels", { body }));
  const params = { path: { channel: channel.id }, header: { "If-Match": tag ?? "*" } };
  return ask(api.PUT("/api/v1/channels/{channel}", { params, body }));
}
