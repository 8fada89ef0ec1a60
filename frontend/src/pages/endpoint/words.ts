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
