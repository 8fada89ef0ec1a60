/** The secret of a one-time link stands behind '#', which browsers send to nobody. */
export function secretOfLink(): string {
  return decodeURIComponent(window.location.hash.slice(1));
}
