import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { MonthPickerInput } from "@mantine/dates";
import { useDisclosure } from "@mantine/hooks";
import {
  IconChevronDown,
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconLock,
} from "@tabler/icons-react";
import { monthName } from "@/format/time";
import { useMay } from "@/session/session";
import { Badge } from "@/ui/Status";
import { CloseDialog } from "./CloseDialog";
import { monthLater } from "./month";
import styles from "./Reports.module.css";
import { fileOf, type Report } from "./report";
import { MONTH_STATE } from "./words";

type Props = { month: string; change: (month: string) => void; report: Report | undefined };

/** Which month is shown, how final it is, and what can be done with it. */
export function MonthBar({ month, change, report }: Props) {
  const may = useMay();
  const [isClosing, { open, close }] = useDisclosure(false);
  const state = report && MONTH_STATE[report.state];
  return (
    <div className={styles.bar}>
      <Group gap={6} wrap="nowrap">
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Month before"
          onClick={() => change(monthLater(month, -1))}
        >
          <IconChevronLeft aria-hidden size={16} />
        </ActionIcon>
        <MonthPickerInput
          size="xs"
          aria-label={`Month ${monthName(month)}`}
          className={styles.month ?? ""}
          value={`${month}-01`}
          valueFormat="MMMM YYYY"
          onChange={(value) => value && change(value.slice(0, 7))}
        />
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Month after"
          onClick={() => change(monthLater(month, 1))}
        >
          <IconChevronRight aria-hidden size={16} />
        </ActionIcon>
        {state && <Badge {...state} />}
      </Group>
      <Group gap={8}>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconDownload aria-hidden size={15} />}
              rightSection={<IconChevronDown aria-hidden size={14} />}
            >
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component="a" href={fileOf(month, "xlsx")} download>
              Excel
            </Menu.Item>
            <Menu.Item component="a" href={fileOf(month, "csv")} download>
              CSV
            </Menu.Item>
            <Menu.Item component="a" href={fileOf(month, "zip")} download>
              All clients' PDF and Excel (ZIP)
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {may("bill") && report?.state === "provisional" && report.lines.length > 0 && (
          <Button size="xs" leftSection={<IconLock aria-hidden size={15} />} onClick={open}>
            Close month
          </Button>
        )}
      </Group>
      {report && <CloseDialog opened={isClosing} onClose={close} month={month} report={report} />}
    </div>
  );
}
