import type { Schemas } from "@/api/client";

/** How a reading is joined to the one before it. */
export const JOINS: Record<string, string> = {
  first: "first of all",
  advance: "goes on",
  resumed: "goes on after a gap",
  questionable: "goes on, questionable",
  catch_up: "caught up",
  rollover: "ran over",
  rollover_questionable: "ran over, questionable",
  reset: "began again",
  restored: "restored",
  replacement: "another register",
  declared: "declared swap",
};

/** What people declare of registers. */
export const EVENTS: Record<Schemas["EventKind"], string> = {
  swap: "Swap",
  check: "Check reading",
  accept: "Accepted reading",
  reject: "Rejected reading",
  settings: "Other settings",
  end: "Taken out of use",
};

/** What the ledger makes of a reading, and what that means. */
export const STATUSES: Record<Schemas["LedgerReadingOutput"]["status"], Told> = {
  good: { word: "good", means: "It ends an interval, whose energy is counted." },
  jitter: { word: "jitter", means: "The last digit flickered; nothing is counted by it." },
  held: { word: "held", means: "The register cannot have gone there: the next reads will tell." },
  glitch: { word: "glitch", means: "The reads behind it contradict it." },
  rejected: { word: "rejected", means: "A person, or a new start of the register, put it aside." },
  stale: { word: "stale", means: "It repeats what a display showed that stood still." },
};

type Told = { word: string; means: string };
