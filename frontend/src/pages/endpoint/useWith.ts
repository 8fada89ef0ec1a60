import { useSearchParams } from "react-router";

/** Returns what makes an address of the one that is shown, with one thing changed. */
export function useWith(): (name: string, value: string) => string {
  const [params] = useSearchParams();
  return (name, value) => {
    const after = new URLSearchParams(params);
    after.set(name, value);
    return `?${after}`;
  };
}
