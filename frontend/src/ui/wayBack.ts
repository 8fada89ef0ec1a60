const offered: (() => void)[] = [];

/** Lets the keys that mean it everywhere take a way back, the one offered last; returns its end. */
export function offer(undo: () => void): () => void {
  if (offered.length === 0) document.addEventListener("keydown", take);
  offered.push(undo);
  return () => {
    const place = offered.lastIndexOf(undo);
    if (place >= 0) offered.splice(place, 1);
    if (offered.length === 0) document.removeEventListener("keydown", take);
  };
}

const TYPED = "textarea, [contenteditable], input:not([type=checkbox], [type=radio])";

function take(event: KeyboardEvent): void {
  const isMeant = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!isMeant || event.key.toLowerCase() !== "z" || event.repeat) return;
  // A text has its own way back; and what is open stands before what was done.
  if ((event.target as Element).closest(`${TYPED}, [role=dialog]`)) return;
  event.preventDefault();
  offered.at(-1)?.();
}
