type Form = { getInputNode: (path: string) => HTMLElement | null };

/** Goes to the first input of a form in which something is wrong. */
export function goToFirst(form: Form, errors: object): void {
  const [first] = Object.keys(errors);
  if (first) form.getInputNode(first)?.focus();
}
