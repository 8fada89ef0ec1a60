import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconDownload, IconUpload } from "@tabler/icons-react";
import { useRef } from "react";
import type { EndpointFilter } from "./filter";
import { ImportDialog } from "./ImportDialog";

type Props = { canImport: boolean; filter: EndpointFilter };

/** Endpoints as files: out, and in. */
export function FilesMenu({ canImport, filter }: Props) {
  const [isImporting, { open, close }] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  const begin = () => {
    // The dialog gives the focus back to where it was; the menu is gone by then.
    button.current?.focus();
    open();
  };
  const client = filter.client ? `&client=${encodeURIComponent(filter.client)}` : "";
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            ref={button}
            variant="default"
            size="xs"
            rightSection={<IconChevronDown aria-hidden size={14} />}
          >
            Import and export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {canImport && (
            <Menu.Item leftSection={<IconUpload aria-hidden size={16} />} onClick={begin}>
              Import a list
            </Menu.Item>
          )}
          <Menu.Item
            component="a"
            href={`/api/v1/endpoints/export?format=csv${client}`}
            download
            leftSection={<IconDownload aria-hidden size={16} />}
          >
            Export as CSV
          </Menu.Item>
          <Menu.Item
            component="a"
            href={`/api/v1/endpoints/export?format=json${client}`}
            download
            leftSection={<IconDownload aria-hidden size={16} />}
          >
            Export as JSON
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ImportDialog opened={isImporting} onClose={close} />
    </>
  );
}
