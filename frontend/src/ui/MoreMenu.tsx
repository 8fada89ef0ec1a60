import { ActionIcon, Menu } from "@mantine/core";
import { type Icon, IconDots } from "@tabler/icons-react";
import { useRef } from "react";

type Choice = { word: string; icon: Icon; choose: () => void };

/** What else can be done with a row. The keyboard comes back to it from what was opened. */
export function MoreMenu({ label, choices }: { label: string; choices: readonly Choice[] }) {
  const button = useRef<HTMLButtonElement>(null);
  const take = (choose: () => void) => () => {
    // A dialog gives the focus back to where it was; the menu is gone by then.
    button.current?.focus();
    choose();
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon ref={button} variant="subtle" color="gray" aria-label={label}>
          <IconDots aria-hidden size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(({ word, icon: Sign, choose }) => (
          <Menu.Item key={word} leftSection={<Sign aria-hidden size={16} />} onClick={take(choose)}>
            {word}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
