import type { Schemas } from "@/api/client";

/** What the ledger says of readings, in words. */
export const STATUS_WORDS: Record<Schemas["LedgerReadingOutput"]["status"], string> = {
  good: "good",
  jitter: "jitter",
  held: "held",
  glitch: "glitch",
  rejected: "rejected",
  stale: "stale",
};

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

/** The codes of how well energy is known. */
export const QUALITIES: Record<number, string> = {
  7: "edited",
  9: "estimated",
  10: "questionable",
  17: "validated",
  18: "verified",
};

export const EVENTS: Record<Schemas["EventKind"], string> = {
  swap: "Swap",
  check: "Check reading",
  accept: "Accepted reading",
  reject: "Rejected reading",
  settings: "Other settings",
  end: "Taken out of use",
};
