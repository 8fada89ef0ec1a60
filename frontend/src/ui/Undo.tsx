import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { told, withCommand } from "./keys";
import styles from "./Undo.module.css";
import { offer } from "./wayBack";

/** The way back, once, in the message that tells what was done; also by keys. */
export function Undo({ undo }: { undo: () => void }) {
  const newest = useRef(undo);
  newest.current = undo;
  const once = useRef(() => {});
  useEffect(() => {
    const end = offer(() => once.current());
    once.current = () => {
      end();
      once.current = () => {};
      newest.current();
    };
    return end;
  }, []);
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-keyshortcuts={told("Z")}
      onClick={() => once.current()}
    >
      Undo <kbd className={styles.keys}>{withCommand("Z")}</kbd>
    </Button>
  );
}
