import { Select, Text } from "@mantine/core";
import { useState } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { inSteps } from "@/format/number";
import { zoned } from "@/format/time";
import { Correction } from "./Correction";
import { Why } from "./Declare";
import type { Meter } from "./useEndpoint";
import { STATUSES } from "./words";

export type Reading = Schemas["LedgerReadingOutput"];
export type Decision = { kind: "accept" | "reject"; reading: Reading };

const TITLES = { accept: "Accept a reading", reject: "Reject a reading" };
const VERBS = { accept: "Accept it", reject: "Reject it" };
const DONE = { accept: "The reading is accepted.", reject: "The reading is rejected." };

type Props = { decision: Decision; meter: Meter; zone: string | undefined; close: () => void };

/** Lets a person decide about a reading, whatever the ledger made of it. */
export function Decide({ decision: { kind, reading }, meter, zone, close }: Props) {
  const values = valuesOf(reading);
  const hasToChoose = kind === "accept" && values.length > 1;
  const [value, setValue] = useState<string | null>(null);
  const [why, setWhy] = useState("");
  const told = (totalKwh: number) => `${inSteps(totalKwh, meter.register.resolutionKwh)} kWh`;
  const send = (dryRun: boolean) =>
    ask(
      api.POST("/api/v1/meters/{meter}/events", {
        params: { path: { meter: meter.id }, query: { dryRun } },
        body: {
          kind,
          at: reading.timestamp,
          why,
          ...(hasToChoose && { totalKwh: Number(value) }),
        },
      }),
    );
  return (
    <Correction
      title={TITLES[kind]}
      verb={VERBS[kind]}
      done={DONE[kind]}
      zone={zone}
      send={send}
      isReady={why.trim() !== "" && (!hasToChoose || value !== null)}
      close={close}
    >
      <Text>
        {zoned(reading.timestamp, zone)}: {values.map(told).join(" or ")},{" "}
        {STATUSES[reading.status].word}
      </Text>
      {hasToChoose && (
        <Select
          label="Which number is right"
          data={values.map((each) => ({ value: String(each), label: told(each) }))}
          value={value}
          onChange={setValue}
          required
        />
      )}
      <Why why={why} set={setWhy} />
    </Correction>
  );
}

/** Returns the different numbers that were read at the instant, the one that stands first. */
function valuesOf({ totalKwh, otherValues }: Reading): number[] {
  const all = [totalKwh, ...otherValues.map((other) => other.totalKwh)];
  return [...new Set(all.filter((each) => each !== null))];
}
