/** Returns over what a read was made, in a word. */
export function overWhat(transport: string): string {
  return transport === "browser" ? "a browser" : transport.toUpperCase();
}
