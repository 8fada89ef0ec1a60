import {
  ActionIcon,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import styles from "./Shell.module.css";

/** Changes between dark and light; among links it is one, with its words. */
export function ColourScheme({ inWords = false }: { inWords?: boolean }) {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  const Sign = scheme === "dark" ? IconSun : IconMoon;
  const says = `Change to ${other} colours`;
  const change = () => setColorScheme(other);
  if (inWords) {
    return (
      <UnstyledButton className={styles.link ?? ""} w="100%" onClick={change}>
        <Sign aria-hidden size={18} stroke={1.75} />
        {says}
      </UnstyledButton>
    );
  }
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={says} onClick={change}>
      <Sign aria-hidden size={17} />
    </ActionIcon>
  );
}
