import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { told, withCommand } from "./keys";
import styles from "./Undo.module.css";

/** The buttons that are offered now, the latest last: the keys mean that one. */
const offered: symbol[] = [];

/** The way back, in the message that tells what was done; also by the keys that mean it everywhere. */
export function Undo({ undo }: { undo: () => void }) {
  const self = useRef(Symbol());
  const isDone = useRef(false);
  const once = () => {
    if (!isDone.current) undo();
    isDone.current = true;
  };
  useEffect(() => {
    const { current } = self;
    offered.push(current);
    return () => {
      offered.splice(offered.indexOf(current), 1);
    };
  }, []);
  useHotkeys([["mod+Z", () => offered.at(-1) === self.current && once()]]);
  return (
    <Button size="compact-xs" variant="default" aria-keyshortcuts={told("Z")} onClick={once}>
      Undo <kbd className={styles.keys}>{withCommand("Z")}</kbd>
    </Button>
  );
}
