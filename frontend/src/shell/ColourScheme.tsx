import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";

/** Changes between dark and light. */
export function ColourScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`Change to ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      {scheme === "dark" ? <IconSun size={17} /> : <IconMoon size={17} />}
    </ActionIcon>
  );
}
