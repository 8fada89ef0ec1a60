/** Returns the address of the readings of a meter that wait for somebody's decision. */
export function heldReadings(endpointId: string, meter: string | null): string {
  const parts = new URLSearchParams({ tab: "readings", readings: "held" });
  if (meter) parts.set("meter", meter);
  return `/endpoints/${endpointId}?${parts}`;
}
