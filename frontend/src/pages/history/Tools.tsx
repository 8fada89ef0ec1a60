import { SegmentedControl, Select } from "@mantine/core";
import { type Step, stepsFor } from "@/history/range";
import { MEASURES, type Measure } from "@/history/shapes";
import { useMay } from "@/session/session";
import { type Choice, type Form, type Kind, stepOf } from "./choice";
import styles from "./HistoryPage.module.css";
import { WhoseSelect } from "./WhoseSelect";

type Props = { choice: Choice; change: (part: Partial<Choice>) => void };

const KINDS: { value: Kind; label: string }[] = [
  { value: "endpoint", label: "Endpoints" },
  { value: "client", label: "Clients" },
];
const SHOWN = Object.entries(MEASURES).map(([value, { word, unit }]) => ({
  value,
  label: `${word}, ${unit}`,
}));
const FORMS: { value: Form; label: string }[] = [
  { value: "lines", label: "Lines" },
  { value: "stacked", label: "Stacked" },
];
const STEP_WORDS: Record<Step, string> = {
  quarter: "Quarters",
  hour: "Hours",
  day: "Days",
  month: "Months",
};

/** Whose history is shown, what of it, how, and how finely. */
export function Tools({ choice, change }: Props) {
  const may = useMay();
  const possible = stepsFor(choice.range);
  const steps = Object.entries(STEP_WORDS).map(([value, label]) => ({
    value,
    label,
    disabled: !possible.includes(value as Step),
  }));
  return (
    <search className={styles.tools}>
      {may("see-all") && (
        <SegmentedControl
          size="xs"
          aria-label="Of what"
          data={KINDS}
          value={choice.kind}
          onChange={(kind) => change({ kind: kind as Kind, chosen: [] })}
        />
      )}
      <WhoseSelect
        kind={choice.kind}
        chosen={choice.chosen}
        onChange={(chosen) => change({ chosen })}
      />
      <SegmentedControl
        size="xs"
        aria-label="Figure"
        data={SHOWN}
        value={choice.measure}
        onChange={(measure) => change({ measure: measure as Measure })}
      />
      <SegmentedControl
        size="xs"
        aria-label="Form"
        data={FORMS}
        value={choice.form}
        onChange={(form) => change({ form: form as Form })}
      />
      <Select
        size="xs"
        className={styles.step ?? ""}
        aria-label="Grain"
        data={steps}
        value={stepOf(choice)}
        allowDeselect={false}
        onChange={(step) => change({ step: step as Step | null })}
      />
    </search>
  );
}
