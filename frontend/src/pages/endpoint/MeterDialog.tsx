import { Alert, Button, Group, Select, Skeleton, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask, askTagged, type Schemas, type Tagged } from "@/api/client";
import { ApiError } from "@/api/error";
import { useEdited } from "@/api/useEdited";
import { asTyped, isNumber, typed } from "@/format/typed";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/Failure";
import { goToFirst } from "@/ui/goToFirst";
import { NotSaved } from "@/ui/NotSaved";
import { type Again, useUnsaved } from "@/ui/useUnsaved";
import { SETTINGS, type Setting } from "./register";
import type { Meter } from "./useEndpoint";

type Change = Schemas["MeterChange"];
type Values = Record<Setting | "rack" | "feed", string>;

const NO_FEED = "none";
const FEEDS = [
  { value: NO_FEED, label: "None" },
  { value: "A", label: "A" },
  { value: "B", label: "B" },
];

/** How a meter is set up: its register, from its first reading on, and where it stands. */
export function MeterDialog({ meterId, close }: { meterId: number; close: () => void }) {
  const path = { meter: meterId };
  const { data, error, refetch } = useEdited(["meters", meterId], () =>
    askTagged(api.GET("/api/v1/meters/{meter}", { params: { path } })),
  );
  return (
    <Dialog onClose={close} title={`Meter ${data?.value.key ?? ""}`} size="lg">
      {error && !data && (
        <Failure what="The meter could not be read." error={error} retry={refetch} />
      )}
      {!error && !data && <Skeleton height={320} radius={10} />}
      {data && <Fields shown={data} again={refetch} close={close} />}
    </Dialog>
  );
}

type Props = { shown: Tagged<Meter>; again: Again<Tagged<Meter>>; close: () => void };

function Fields({ shown: { value: meter, tag }, again, close }: Props) {
  const client = useQueryClient();
  const before = valuesOf(meter);
  const form = useForm<Values>({
    initialValues: before,
    validate: Object.fromEntries(
      SETTINGS.map(({ name }) => [
        name,
        (text: string) =>
          text.trim() === "" || isNumber(text.trim())
            ? null
            : "Write it like 12.5, with nothing between thousands.",
      ]),
    ),
  });
  const save = useMutation({
    mutationFn: (body: Change) =>
      ask(
        api.PATCH("/api/v1/meters/{meter}", {
          params: { path: { meter: meter.id }, header: { "If-Match": tag } },
          body,
        }),
      ),
    onSuccess: () => {
      // Any figure may rest on it.
      void client.invalidateQueries();
      notifications.show({ message: `Meter ${meter.key} is saved.` });
      close();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  const unsaved = useUnsaved(form, ({ value }) => valuesOf(value), again, save);
  const change = changeOf(before, form.values);
  const isReckonedAnew = SETTINGS.some(({ name }) => name in change);
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        () => save.mutate(change),
        (errors) => goToFirst(form, errors),
      )}
    >
      <Stack gap="md">
        {SETTINGS.map(({ name, label, description }) => (
          <TextInput
            key={name}
            label={label}
            description={description}
            inputMode="decimal"
            {...form.getInputProps(name)}
          />
        ))}
        <Group grow align="flex-start" gap="md">
          <TextInput label="Rack" maxLength={100} {...form.getInputProps("rack")} />
          <Select label="Feed" data={FEEDS} allowDeselect={false} {...form.getInputProps("feed")} />
        </Group>
        {isReckonedAnew && (
          <Alert color="gray" title="It holds from the first reading on.">
            All months of this meter are reckoned anew; what that changes in a closed month comes
            into the next statement as an adjustment. What changed on a certain day is declared at
            Register events instead.
          </Alert>
        )}
        <NotSaved {...unsaved} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={Object.keys(change).length === 0}
            loading={save.isPending}
          >
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function valuesOf({ register, rack, feed }: Meter): Values {
  const figures = SETTINGS.map(({ name }) => [name, typed(register[name])]);
  return { ...Object.fromEntries(figures), rack: rack ?? "", feed: feed ?? NO_FEED };
}

/** Returns what was edited; what is left out stays as it is. */
function changeOf(before: Values, after: Values): Change {
  const names = Object.keys(before) as (keyof Values)[];
  const edited = names.filter((name) => after[name].trim() !== before[name]);
  return Object.fromEntries(edited.map((name) => [name, sent(name, after[name].trim())]));
}

function sent(name: keyof Values, text: string): number | string | null {
  if (name === "feed") return text === NO_FEED ? null : text;
  if (text === "") return null;
  return name === "rack" ? text : asTyped(text);
}
