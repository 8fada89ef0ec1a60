import { UnstyledButton } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { told, withCommand } from "@/ui/keys";
import styles from "./Shell.module.css";

/** Opens the command palette, and says with which keys it opens. */
export function Find() {
  return (
    <UnstyledButton className={styles.find} aria-keyshortcuts={told("K")} onClick={spotlight.open}>
      <IconSearch aria-hidden size={15} stroke={1.75} />
      Go to…
      <kbd>{withCommand("K")}</kbd>
    </UnstyledButton>
  );
}

/** The same among the links of a phone, which has no keys. */
export function FindLink({ before }: { before: () => void }) {
  const open = () => {
    before();
    spotlight.open();
  };
  return (
    <UnstyledButton className={styles.link ?? ""} w="100%" onClick={open}>
      <IconSearch aria-hidden size={18} stroke={1.75} />
      Go to a meter
    </UnstyledButton>
  );
}
