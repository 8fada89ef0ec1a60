import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconPlug, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useLiveStore } from "@/live/LiveProvider";
import styles from "./CommandPalette.module.css";
import { usePages } from "./usePages";

const MOST = 12;
const NAME = "Go to a page or an endpoint";
const CLASSES = { action: styles.action ?? "", actionDescription: styles.description ?? "" };

/** Ctrl K: goes to any page or endpoint by a part of its name. */
export function CommandPalette() {
  const [query, setQuery] = useState("");
  const navigate = useNavigate();
  const pages = usePages();
  const store = useLiveStore();
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);

  const toPages: SpotlightActionData[] = pages
    .filter(({ word }) => hasAll(word, words))
    .map(({ to, word, icon: Sign }) => ({
      id: to,
      label: word,
      leftSection: <Sign aria-hidden size={18} stroke={1.75} />,
      onClick: () => navigate(to),
    }));
  const toEndpoints: SpotlightActionData[] =
    words.length > 0
      ? store
          .list()
          .filter((row) => hasAll([row.name, row.clientName, row.location].join(" "), words))
          .slice(0, MOST)
          .map((row) => ({
            id: row.endpointId,
            label: row.name,
            description: [row.clientName, row.location].filter(Boolean).join(" · "),
            leftSection: <IconPlug aria-hidden size={18} stroke={1.75} />,
            onClick: () => navigate(`/endpoints/${row.endpointId}`),
          }))
      : [];

  return (
    <Spotlight
      // A group without any would stand for something that was found.
      actions={[
        { group: "Pages", actions: toPages },
        { group: "Endpoints", actions: toEndpoints },
      ].filter(({ actions }) => actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      filter={(_, actions) => actions}
      classNames={CLASSES}
      attributes={{ content: { "aria-label": NAME } }}
      shortcut={["mod + K"]}
      // Also while one types into a field: else the browser takes the keys for itself.
      tagsToIgnore={[]}
      nothingFound="Nothing has that in its name."
      scrollable
      centered={false}
      yOffset="12dvh"
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch aria-hidden size={18} />,
        placeholder: NAME,
        "aria-label": NAME,
      }}
    />
  );
}

/** Whether each of the words stands somewhere in a text. */
function hasAll(text: string, words: readonly string[]): boolean {
  const whole = text.toLocaleLowerCase();
  return words.every((word) => whole.includes(word));
}
