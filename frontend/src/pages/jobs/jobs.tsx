import { Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api, ask, type Schemas } from "@/api/client";
import { reason } from "@/api/error";
import { queries } from "@/app/queries";
import { Undo } from "@/ui/Undo";

export type Job = Schemas["JobOutput"];
export type Run = Schemas["RunOutput"];

function refresh(): void {
  queries.invalidateQueries({ queryKey: ["jobs"] });
  queries.invalidateQueries({ queryKey: ["runs"] });
}

function tell(error: Error): void {
  notifications.show({ color: "red", message: reason(error) });
}

/** Runs a job now and shows the run. */
export function useRunNow() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (job: Job) =>
      ask(api.POST("/api/v1/jobs/{job}/run", { params: { path: { job: job.id } } })),
    onSuccess: (run) => {
      refresh();
      navigate(`/jobs/runs/${run.id}`);
    },
    onError: tell,
  });
}

/** Turns a job on or off. */
export function useEnable() {
  return useMutation({
    mutationFn: ({ job, enabled }: { job: Job; enabled: boolean }) =>
      ask(
        api.PATCH("/api/v1/jobs/{job}", { params: { path: { job: job.id } }, body: { enabled } }),
      ),
    onSuccess: refresh,
    onError: tell,
  });
}

/** Deletes a job; the message that tells so has the way back. */
export function useRemove() {
  return useMutation({
    mutationFn: (job: Job) =>
      ask(api.DELETE("/api/v1/jobs/{job}", { params: { path: { job: job.id } } })),
    onSuccess: (_, job) => {
      refresh();
      offerBack(job, `The job ${job.name} is deleted; its runs are kept.`);
    },
    onError: tell,
  });
}

function offerBack(job: Job, message: string, failed = false): void {
  const id = notifications.show({
    ...(failed && { color: "red", title: `The job ${job.name} is not restored.` }),
    autoClose: failed ? false : 30_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Undo undo={() => restore(job, id)} />
      </Group>
    ),
  });
}

/** Brings a deleted job back as it was: on, where it was on. */
async function restore(job: Job, notification: string): Promise<void> {
  notifications.hide(notification);
  const params = { path: { job: job.id } };
  try {
    await ask(api.POST("/api/v1/jobs/{job}/restore", { params }));
    if (job.enabled) {
      await ask(api.PATCH("/api/v1/jobs/{job}", { params, body: { enabled: true } }));
    }
    notifications.show({ message: `The job ${job.name} is restored.` });
  } catch (error) {
    offerBack(job, reason(error), true);
  }
  refresh();
}

/** Stops a run: what is being read is finished, the rest is left out. */
export function useCancel() {
  return useMutation({
    mutationFn: (run: Run) =>
      ask(api.POST("/api/v1/runs/{run}/cancel", { params: { path: { run: run.id } } })),
    onSuccess: refresh,
    onError: tell,
  });
}

/** Reads again what failed in a run, as a run of its own. */
export function useRetry() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (run: Run) =>
      ask(api.POST("/api/v1/runs/{run}/retry", { params: { path: { run: run.id } } })),
    onSuccess: (again) => {
      refresh();
      navigate(`/jobs/runs/${again.id}`);
    },
    onError: tell,
  });
}
