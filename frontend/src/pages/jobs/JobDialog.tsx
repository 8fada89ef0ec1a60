import { Button, Group, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ask, askTagged, type Schemas, type Tagged } from "@/api/client";
import { ApiError } from "@/api/error";
import { useEdited } from "@/api/useEdited";
import { queries } from "@/app/queries";
import { zoned } from "@/format/time";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/Failure";
import { goToFirst } from "@/ui/goToFirst";
import { NotSaved } from "@/ui/NotSaved";
import { type Again, useUnsaved } from "@/ui/useUnsaved";
import { ConfigFields, type JobConfig } from "./ConfigFields";
import styles from "./Jobs.module.css";
import type { Job } from "./jobs";

type Values = {
  name: string;
  description: string;
  handler: string | null;
  schedule: string;
  enabled: boolean;
  config: JobConfig;
};

const NEW: Values = {
  name: "",
  description: "",
  handler: null,
  schedule: "*/30 * * * *",
  enabled: true,
  config: {},
};

/** A config is that of what it runs. */
const TOGETHER = [["handler", "config"]] as const;

type Choice = {
  value: string;
  label: string;
  module: Schemas["ModuleOutput"];
  job: Schemas["ModuleJob"];
};

type Props = {
  shown?: Tagged<Job>;
  /** Reads it anew, where somebody else changed it. */
  again?: Again<Tagged<Job>>;
  onClose: () => void;
};

/** A job to be changed; what somebody else changed meanwhile is not overwritten. */
export function EditJob({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useEdited(["jobs", id], () =>
    askTagged(api.GET("/api/v1/jobs/{job}", { params: { path: { job: id } } })),
  );
  if (data) return <JobDialog shown={data} again={refetch} onClose={onClose} />;
  return (
    error && (
      <Dialog onClose={onClose} title="Change a job">
        <Failure what="The job could not be read." error={error} retry={refetch} />
      </Dialog>
    )
  );
}

/** A job: what it runs, when, and with which config. */
export function JobDialog({ shown, again, onClose }: Props) {
  const job = shown?.value;
  const { choices, error, retry } = useHandlers();
  const form = useForm<Values>({
    initialValues: job ? valuesOf(job) : NEW,
    validate: {
      name: (name) => (name.trim() ? null : "Give it a name."),
      handler: (handler) => (handler ? null : "Say what it runs."),
    },
  });
  const chosen = choices.find(({ value }) => value === form.values.handler);
  const save = useMutation({
    mutationFn: (values: Values) => send(shown, values, chosen),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["jobs"] });
      onClose();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  const unsaved = useUnsaved(form, ({ value }) => valuesOf(value), again, save, TOGETHER);
  return (
    <Dialog onClose={onClose} title={job ? `Change ${job.name}` : "Add a job"} size="lg">
      <form
        noValidate
        onSubmit={form.onSubmit(
          (values) => save.mutate(values),
          (errors) => goToFirst(form, errors),
        )}
      >
        <Stack gap="md">
          <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
          <TextInput label="Description" {...form.getInputProps("description")} />
          <Select
            label="Runs"
            data={choices.map(({ value, label }) => ({ value, label }))}
            description={chosen?.job.description}
            required
            allowDeselect={false}
            {...form.getInputProps("handler")}
            onChange={(handler) => form.setValues({ handler, config: {} })}
          />
          {error && (
            <Failure what="What can be run could not be read." error={error} retry={retry} />
          )}
          <TextInput
            label="When (cron)"
            description="Minute, hour, day, month, weekday; in the installation's time zone."
            required
            {...form.getInputProps("schedule")}
          />
          <Next schedule={form.values.schedule} />
          {chosen && (
            <ConfigFields
              // A field keeps its own text: another job's, or one read anew, begins another.
              key={`${chosen.value} ${shown?.tag}`}
              schema={chosen.job.configSchema}
              config={form.values.config}
              change={(config) => form.setFieldValue("config", config)}
            />
          )}
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

function valuesOf(job: Job): Values {
  const { name, description, handler, module, schedule, enabled, config } = job;
  const known = config as JobConfig;
  return {
    name,
    description,
    handler: `${module}/${handler}`,
    schedule: schedule ?? "",
    enabled,
    config: known,
  };
}

/** What modules that are in order can run. */
function useHandlers() {
  const {
    data = [],
    error,
    refetch,
  } = useQuery({
    queryKey: ["modules", "choice"],
    queryFn: () => ask(api.GET("/api/v1/modules", { params: { query: { limit: 500 } } })),
  });
  const choices: Choice[] = data
    .filter((module) => !module.problem)
    .flatMap((module) =>
      module.jobs.map((job) => ({
        value: `${module.name}/${job.handler}`,
        label: `${job.displayName} (${module.displayName})`,
        module,
        job,
      })),
    );
  return { choices, error, retry: refetch };
}

function send(shown: Tagged<Job> | undefined, values: Values, chosen: Choice | undefined) {
  const { name, description, schedule, enabled, config } = values;
  const body = {
    name: name.trim(),
    description,
    schedule,
    enabled,
    config: config as Schemas["JobInput"]["config"],
  };
  const runs = chosen && { moduleId: chosen.module.id, handler: chosen.job.handler };
  if (shown) {
    const params = { path: { job: shown.value.id }, header: { "If-Match": shown.tag } };
    return ask(api.PATCH("/api/v1/jobs/{job}", { params, body: { ...body, ...runs } }));
  }
  return ask(api.POST("/api/v1/jobs", { body: { ...body, moduleId: "", handler: "", ...runs } }));
}

/** The schedule in words, and when it would run next, as the server reads it. */
function Next({ schedule }: { schedule: string }) {
  const [wanted] = useDebouncedValue(schedule.trim(), 400);
  const { data, error } = useQuery({
    queryKey: ["jobs", "check", wanted],
    queryFn: () => ask(api.POST("/api/v1/jobs/check", { body: { schedule: wanted } })),
    enabled: wanted !== "",
    retry: false,
  });
  if (error) return <Failure error={error} />;
  if (!data) return null;
  return (
    <div role="status">
      <b>{data.scheduleText}</b>
      <ul className={styles.next}>
        {data.firings.slice(0, 3).map((at) => (
          <li key={at}>{zoned(at, data.timeZone)}</li>
        ))}
      </ul>
    </div>
  );
}
