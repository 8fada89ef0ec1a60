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
  const seesAll = may("see-all");
  const first = seesAll ? "attempts" : "readings";
  const attempt = seesAll ? attemptOf(params) : null;
  return (
    <Card flush>
      <Tabs
        value={params.get("tab") ?? first}
        onChange={(tab) => change("tab", tab === first ? null : tab)}
        keepMounted={false}
        classNames={{ list: styles.tabs ?? "", panel: styles.panel ?? "" }}
      >
        <Tabs.List>
          {seesAll && <Tabs.Tab value="attempts">Last attempts</Tabs.Tab>}
          <Tabs.Tab value="readings">Readings</Tabs.Tab>
          {seesAll && <Tabs.Tab value="events">Register events</Tabs.Tab>}
        </Tabs.List>
        {seesAll && (
          <Tabs.Panel value="attempts">
            <Attempts id={id} zone={zone} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="readings">
          <Readings id={id} zone={zone} />
        </Tabs.Panel>
        {seesAll && (
          <Tabs.Panel value="events">
            <Events id={id} zone={zone} />
          </Tabs.Panel>
        )}
      </Tabs>
      {seesAll && (
        <EvidenceDrawer attemptId={attempt} zone={zone} close={() => change("attempt", null)} />
      )}
    </Card>
  );
}

function attemptOf(params: URLSearchParams): number | null {
  const number = Number(params.get("attempt"));
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}
