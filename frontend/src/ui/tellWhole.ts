/** Lets what is cut off be told whole to who points at it. For `onPointerOver` of what holds it. */
export function tellWhole({ target, currentTarget }: React.PointerEvent): void {
  let each = target as HTMLElement | null;
  while (each && each !== currentTarget) {
    const isCut = each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 1;
    if (isCut && getComputedStyle(each).overflowX === "hidden") {
      each.title = each.textContent ?? "";
      return;
    }
    each = each.parentElement;
  }
}
