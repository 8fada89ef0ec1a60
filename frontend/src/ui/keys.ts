const COMMAND = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl ";

/** Returns a key together with the one for commands, as the reader's keyboard names that. */
export function withCommand(key: string): string {
  return `${COMMAND}${key}`;
}

/** Returns the same for a control's `aria-keyshortcuts`. */
export function told(key: string): string {
  return `Control+${key} Meta+${key}`;
}
