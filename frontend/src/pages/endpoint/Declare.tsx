import { Select, SimpleGrid, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { atWall, wall, zoneName } from "@/format/time";
import { isNumber } from "@/format/typed";
import { Correction } from "./Correction";
import { type Declarable, declarable, type Entry, figuresOf, isEnough } from "./declarable";
import type { Meter } from "./useEndpoint";

type Props = {
  kind: Declarable;
  meters: readonly Meter[];
  zone: string | undefined;
  close: () => void;
};

/** Declares what no reading tells: an exchange, what a person read, other settings, an end. */
export function Declare({ kind, meters, zone, close }: Props) {
  const { word, verb, done, when, hint, entries } = declarable(kind);
  const [meter, setMeter] = useState(meters[0]?.id ?? 0);
  const [at, setAt] = useState(() => wall(new Date(), zone) ?? "");
  const [why, setWhy] = useState("");
  const [figures, setFigures] = useState<Record<string, string>>({});
  const moment = atWall(at, zone);
  const isRight = Object.values(figures).every((text) => text === "" || isNumber(text));
  const send = (dryRun: boolean) =>
    ask(
      api.POST("/api/v1/meters/{meter}/events", {
        params: { path: { meter }, query: { dryRun } },
        body: { kind, at: moment?.toISOString() ?? at, why, ...figuresOf(kind, figures) },
      }),
    );
  return (
    <Correction
      title={word}
      verb={verb}
      done={done}
      zone={zone}
      send={send}
      isReady={isRight && isEnough(kind, figures) && moment !== null && why.trim() !== ""}
      close={close}
    >
      {hint && <Text size="sm">{hint}</Text>}
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
        label={when}
        description={`Time of the site, ${zoneName(zone, moment)}`}
        required
        value={at}
        onChange={(event) => setAt(event.currentTarget.value.slice(0, 16))}
      />
      {entries.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: Math.min(2, entries.length) }} spacing="md">
          {entries.map((entry) => (
            <Figure
              key={entry.name}
              entry={entry}
              text={figures[entry.name] ?? ""}
              set={(text) => setFigures({ ...figures, [entry.name]: text })}
            />
          ))}
        </SimpleGrid>
      )}
      <Why why={why} set={setWhy} />
    </Correction>
  );
}

type FigureProps = { entry: Entry; text: string; set: (text: string) => void };

function Figure({ entry, text, set }: FigureProps) {
  return (
    <TextInput
      label={entry.label}
      inputMode="decimal"
      required={entry.required ?? false}
      value={text}
      error={
        text !== "" && !isNumber(text) && "Write it like 12345.67, with nothing between thousands."
      }
      onChange={(event) => set(event.currentTarget.value.trim())}
    />
  );
}

/** Why a person says so: it stands beside the event for ever. */
export function Why({ why, set }: { why: string; set: (why: string) => void }) {
  return (
    <Textarea
      label="Why"
      description="A sentence for the auditor"
      required
      autosize
      minRows={2}
      maxLength={2000}
      value={why}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
