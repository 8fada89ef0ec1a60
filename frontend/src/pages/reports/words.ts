import { type Icon, IconClockHour4, IconHourglass, IconLock } from "@tabler/icons-react";
import type { Schemas } from "@/api/client";

type MonthState = Schemas["MonthState"];
type Look = { word: string; tone: "ok" | "high" | "disabled"; icon: Icon; hint: string };

/** How final a month is. */
export const MONTH_STATE: Record<MonthState, Look> = {
  open: {
    word: "Running",
    tone: "disabled",
    icon: IconClockHour4,
    hint: "The month is not over; its figures still grow.",
  },
  provisional: {
    word: "Provisional",
    tone: "high",
    icon: IconHourglass,
    hint: "The month is over and not closed; late reads may still change it.",
  },
  closed: {
    word: "Closed",
    tone: "ok",
    icon: IconLock,
    hint: "Sealed: it does not change any more.",
  },
};

/** What a reader of a figure must know, in a word and a sentence. */
export const FLAG: Record<Schemas["Flag"], [string, string]> = {
  missing: ["No value", "There are no two good reads in the month."],
  partial: ["Partial", "The meter was read in a part of the month only."],
  projected: ["Not to the end", "The last read lies before the end of the month."],
  gap: ["Gap", "Reads stayed away for a while; the register bridges it."],
  estimated: ["Estimated", "A part of the energy is estimated."],
  questionable: ["Questionable", "A part of the energy rests on readings in doubt."],
  edited: ["Edited", "A part of the energy was entered by a person."],
  held: ["Held reads", "Readings are held back until a person decides."],
  reset: ["Reset", "The register started again."],
  rollover: ["Rollover", "The register passed its last digit."],
  restored: ["Restored", "The register went back to an older value."],
  replacement: ["Swapped", "The meter was replaced."],
};

/** Returns by what a run of the register begins. */
export function beginning(kind: string): string {
  return kind in FLAG ? FLAG[kind as Schemas["Flag"]][0] : "Installation";
}

/** How well energy is known, by the code that the ledger books it under. */
export const QUALITY: Record<string, string> = {
  "7": "edited",
  "9": "estimated",
  "10": "questionable",
  "17": "measured",
  "18": "measured and checked",
};
