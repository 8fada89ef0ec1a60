import { useCallback, useMemo } from "react";
import { bestStep, type Range, rangeOf, type Step, stepsFor, writeRange } from "@/history/range";
import type { Measure } from "@/history/shapes";
import type { Whose } from "@/history/useHistory";
import { useMay } from "@/session/session";
import { useAddress } from "@/ui/useAddress";

export type Kind = "endpoint" | "client";
export type Form = "lines" | "stacked";

/** What the page shows. It stands in the address, so that it can be sent to others. */
export type Choice = {
  kind: Kind;
  chosen: readonly string[];
  range: Range;
  /** Null for the one that shows the range best. */
  step: Step | null;
  measure: Measure;
  form: Form;
};

export function useChoice() {
  const [params, changeAddress] = useAddress();
  const may = useMay();
  // A client knows of no others, whatever the address that it was sent says.
  const mayBeClients = may("see-all");
  const choice = useMemo(() => choiceOf(params, mayBeClients), [params, mayBeClients]);
  const change = useCallback(
    (part: Partial<Choice>) =>
      changeAddress((before) => paramsOf({ ...choiceOf(before, mayBeClients), ...part })),
    [changeAddress, mayBeClients],
  );
  return { choice, change };
}

/** Returns the step of a choice: that which was wished for, where the range allows it. */
export function stepOf({ range, step, chosen }: Choice): Step {
  if (step !== null && stepsFor(range).includes(step)) return step;
  return bestStep(range, chosen.length === 0);
}

/** Returns of whom a choice is; all together where nobody was chosen. */
export function whoseOf({ kind, chosen }: Choice): Whose {
  if (chosen.length === 0) return { by: "total" };
  const total = chosen.length > 1;
  return kind === "client"
    ? { by: "client", clientId: chosen, total }
    : { by: "endpoint", endpointId: chosen, total };
}

const STEPS: readonly string[] = ["quarter", "hour", "day", "month"];

function choiceOf(params: URLSearchParams, mayBeClients: boolean): Choice {
  const kind = mayBeClients && params.get("by") === "client" ? "client" : "endpoint";
  const step = params.get("step") ?? "";
  return {
    kind,
    chosen: params.getAll(kind),
    range: rangeOf(params, "30d"),
    step: STEPS.includes(step) ? (step as Step) : null,
    measure: params.get("show") === "kwh" ? "kwh" : "kw",
    form: params.get("as") === "stacked" ? "stacked" : "lines",
  };
}

function paramsOf({ kind, chosen, range, step, measure, form }: Choice): URLSearchParams {
  const params = new URLSearchParams();
  if (kind === "client") params.set("by", kind);
  for (const each of chosen) params.append(kind, each);
  writeRange(params, range);
  if (step !== null) params.set("step", step);
  if (measure !== "kw") params.set("show", measure);
  if (form !== "lines") params.set("as", form);
  return params;
}
