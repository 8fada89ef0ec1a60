import { Tabs } from "@mantine/core";
import { EvidenceDrawer } from "@/evidence/EvidenceDrawer";
import { useMay } from "@/session/session";
import { Card } from "@/ui/Card";
import { useAddress } from "@/ui/useAddress";
import { Attempts } from "./Attempts";
import { Events } from "./Events";
import { Readings } from "./Readings";
import styles from "./Records.module.css";

type Props = { id: string; zone: string | undefined };

/** The parts in their order; a client sees readings alone. */
const PARTS = [
  { name: "attempts", word: "Last attempts", part: Attempts, isForAll: false },
  { name: "readings", word: "Readings", part: Readings, isForAll: true },
  { name: "events", word: "Register events", part: Events, isForAll: false },
];

/** What the figures rest on: attempts with their evidence, readings, and what people declared. */
export function Records({ id, zone }: Props) {
  const [params, changeAddress] = useAddress();
  const may = useMay();
  const change = (name: string, value: string | null) =>
    changeAddress((address) => {
      if (value === null) address.delete(name);
      else address.set(name, value);
      return address;
    });
  const shown = PARTS.filter(({ isForAll }) => isForAll || may("see-all"));
  const first = shown[0]?.name ?? "readings";
  return (
    <Card flush>
      <Tabs
        value={params.get("tab") ?? first}
        onChange={(tab) => change("tab", tab === first ? null : tab)}
        keepMounted={false}
        classNames={{ list: styles.tabs ?? "", tab: styles.tab ?? "", panel: styles.panel ?? "" }}
      >
        <Tabs.List>
          {shown.map(({ name, word }) => (
            <Tabs.Tab key={name} value={name}>
              {word}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(({ name, part: Part }) => (
          <Tabs.Panel key={name} value={name}>
            <Part id={id} zone={zone} />
          </Tabs.Panel>
        ))}
      </Tabs>
      {may("see-all") && (
        <EvidenceDrawer
          attemptId={attemptOf(params)}
          zone={zone}
          close={() => change("attempt", null)}
        />
      )}
    </Card>
  );
}

function attemptOf(params: URLSearchParams): number | null {
  const number = Number(params.get("attempt"));
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}
