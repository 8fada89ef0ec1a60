import type { Meter } from "./useEndpoint";

export type Setting = keyof Meter["register"];

/** The settings of a register, with what a person has to know of each. */
export const SETTINGS: readonly { name: Setting; label: string; description: string }[] = [
  {
    name: "pMaxKw",
    label: "Breaker, kW",
    description: "The most it can draw: amperes × volts × phases × 1.1",
  },
  {
    name: "multiplier",
    label: "Multiplier",
    description: "What a displayed kWh is worth: 40 behind transformers of 200:5",
  },
  {
    name: "resolutionKwh",
    label: "Step of the display, kWh",
    description: "Worth of its last digit; empty: the last printed one",
  },
  {
    name: "modulusKwh",
    label: "Runs over at, kWh",
    description: "Where it starts again at 0, such as 100000; empty: not known",
  },
];
