import type { Schemas } from "@/api/client";
import { asTyped } from "@/format/typed";
import { SETTINGS } from "./register";

type EventInput = Schemas["EventInput"];

/** A number that a person enters. */
export type Entry = { name: string; label: string; description?: string; required?: boolean };

type Kind = {
  /** What a menu or button offers. */
  word: string;
  verb: string;
  done: string;
  /** What its moment is of. */
  when: string;
  /** What it does, where the word does not say. */
  hint?: string;
  entries: readonly Entry[];
};

/** What a person can declare of a register. */
export const DECLARABLE = {
  check: {
    word: "Enter a check reading",
    verb: "Enter the reading",
    done: "The check reading is entered.",
    when: "When it was read",
    entries: [{ name: "totalKwh", label: "The register as displayed, kWh", required: true }],
  },
  swap: {
    word: "Declare a swap",
    verb: "Declare the swap",
    done: "The swap is declared.",
    when: "When it was exchanged",
    entries: [
      { name: "finalKwh", label: "Old register at the end, kWh" },
      { name: "initialKwh", label: "New register at the start, kWh" },
    ],
  },
  settings: {
    word: "Settings changed on a day",
    verb: "Declare the settings",
    done: "The settings are declared.",
    when: "From when on they hold",
    hint: "What stays empty stays as it is. What was wrong from the beginning is set at Meters instead.",
    entries: SETTINGS.map(({ name, label }) => ({ name, label })),
  },
  end: {
    word: "Taken out of use",
    verb: "End the meter",
    done: "The meter has an end.",
    when: "When it was taken out of use",
    hint: "What is read after it belongs to something else, and is rejected.",
    entries: [],
  },
} satisfies Record<string, Kind>;

export type Declarable = keyof typeof DECLARABLE;

/** Returns what is declared, by the name of its kind. */
export function declarable(kind: Declarable): Kind {
  return DECLARABLE[kind];
}

/** Whether what has to be entered for a kind was. */
export function isEnough(kind: Declarable, figures: Record<string, string>): boolean {
  const { entries } = declarable(kind);
  const isFilled = ({ name }: Entry) => Boolean(figures[name]);
  if (kind === "settings") return entries.some(isFilled);
  return entries.every((entry) => !entry.required || isFilled(entry));
}

/** Returns the figures as the API takes them. */
export function figuresOf(
  kind: Declarable,
  figures: Record<string, string>,
): Pick<EventInput, "totalKwh" | "finalKwh" | "initialKwh" | "settings"> {
  const filled = Object.entries(figures).filter(([, text]) => text !== "");
  const sent = Object.fromEntries(filled.map(([name, text]) => [name, asTyped(text)]));
  return kind === "settings" ? { settings: sent } : sent;
}
