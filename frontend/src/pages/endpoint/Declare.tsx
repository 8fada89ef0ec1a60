import { Group, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { atWall, wall, zoneName } from "@/format/time";
import { asTyped, NUMBER } from "@/format/typed";
import { Correction } from "./Correction";
import type { Meter } from "./useEndpoint";

export type Declarable = "swap" | "check";

type Props = {
  kind: Declarable;
  meters: readonly Meter[];
  zone: string | undefined;
  close: () => void;
};

const TITLES = { swap: "Declare a swap", check: "Enter a check reading" };
const DONE = { swap: "The swap is declared.", check: "The check reading is entered." };

/** Declares that a register was exchanged, or what a person read on it. */
export function Declare({ kind, meters, zone, close }: Props) {
  const [meter, setMeter] = useState(meters[0]?.id ?? 0);
  const [at, setAt] = useState(() => wall(new Date(), zone) ?? "");
  const [why, setWhy] = useState("");
  const [figures, setFigures] = useState({ totalKwh: "", finalKwh: "", initialKwh: "" });
  const moment = atWall(at, zone);
  const sent = Object.entries(figures).filter(([, text]) => text !== "");
  const isRight = sent.every(([, text]) => NUMBER.test(text));
  const isEnough = kind === "swap" || figures.totalKwh !== "";
  const send = (dryRun: boolean) =>
    ask(
      api.POST("/api/v1/meters/{meter}/events", {
        params: { path: { meter }, query: { dryRun } },
        body: {
          kind,
          at: moment?.toISOString() ?? at,
          why,
          ...Object.fromEntries(sent.map(([name, text]) => [name, asTyped(text)])),
        },
      }),
    );
  const field = (name: keyof typeof figures, label: string, required: boolean) => (
    <TextInput
      label={label}
      inputMode="decimal"
      required={required}
      value={figures[name]}
      error={
        figures[name] !== "" && !NUMBER.test(figures[name]) && "Write it like 12345.67, in kWh."
      }
      onChange={(event) => setFigures({ ...figures, [name]: event.currentTarget.value.trim() })}
    />
  );
  return (
    <Correction
      title={TITLES[kind]}
      verb={kind === "swap" ? "Declare the swap" : "Enter the reading"}
      done={DONE[kind]}
      zone={zone}
      send={send}
      isReady={isRight && isEnough && moment !== null && why.trim() !== ""}
      close={close}
    >
      {meters.length > 1 && (
        <Select
          label="Meter"
          data={meters.map(({ id, key }) => ({ value: String(id), label: key }))}
          value={String(meter)}
          onChange={(id) => setMeter(Number(id))}
          allowDeselect={false}
        />
      )}
      <TextInput
        type="datetime-local"
        label={kind === "swap" ? "When it was exchanged" : "When it was read"}
        description={`Time of the site, ${zoneName(zone, moment)}`}
        required
        value={at}
        onChange={(event) => setAt(event.currentTarget.value.slice(0, 16))}
      />
      {kind === "swap" ? (
        <Group grow align="flex-start" gap="md">
          {field("finalKwh", "Old register at the end, kWh", false)}
          {field("initialKwh", "New register at the start, kWh", false)}
        </Group>
      ) : (
        field("totalKwh", "The register as displayed, kWh", true)
      )}
      <Textarea
        label="Why"
        description="A sentence for the auditor"
        required
        autosize
        minRows={2}
        maxLength={2000}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </Correction>
  );
}
