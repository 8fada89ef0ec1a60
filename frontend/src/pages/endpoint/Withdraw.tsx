import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { zoned } from "@/format/time";
import { Correction } from "./Correction";
import type { RegisterEvent } from "./Events";
import { EVENTS } from "./words";

type Props = {
  event: RegisterEvent;
  zone: string | undefined;
  close: () => void;
};

/** Lets an event count no longer; it stays listed, with who withdrew it and why. */
export function Withdraw({ event, zone, close }: Props) {
  const [why, setWhy] = useState("");
  const send = (dryRun: boolean) =>
    ask(
      api.DELETE("/api/v1/meters/{meter}/events/{event}", {
        params: {
          path: { meter: event.meterId, event: event.id ?? 0 },
          query: { why, dryRun },
        },
      }),
    );
  return (
    <Correction
      title="Withdraw an event"
      verb="Withdraw it"
      done="The event counts no longer."
      zone={zone}
      send={send}
      isReady={why.trim() !== ""}
      close={close}
    >
      <Text>
        {EVENTS[event.kind]} of {zoned(event.at, zone)}: {event.why}
      </Text>
      <Textarea
        label="Why it counts no longer"
        required
        autosize
        minRows={2}
        maxLength={2000}
        value={why}
        onChange={(changed) => setWhy(changed.currentTarget.value)}
      />
    </Correction>
  );
}
