import { Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMenu2 } from "@tabler/icons-react";
import { NavLink } from "react-router";
import { ColourScheme } from "./ColourScheme";
import { FindLink } from "./Find";
import { Person } from "./Person";
import type { PageLink } from "./pages";
import styles from "./Shell.module.css";
import { usePages } from "./usePages";

/** As many as have a place beside "More". */
const MOST = 4;

/** The navigation of a phone: four pages at the bottom, the others behind "More". */
export function BottomBar() {
  const pages = usePages();
  const isShown = (page: PageLink) => page.onPhone || pages.length <= MOST;
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <nav className={styles.bar} aria-label="Pages">
      {pages.filter(isShown).map(({ to, word, icon: Sign }) => (
        <NavLink key={to} to={to} end={to === "/"} className={styles.tab ?? ""}>
          <Sign aria-hidden size={20} stroke={1.75} />
          {word}
        </NavLink>
      ))}
      <button type="button" className={styles.tab} onClick={open} aria-haspopup="dialog">
        <IconMenu2 aria-hidden size={20} stroke={1.75} />
        More
      </button>
      <Drawer
        opened={isOpen}
        onClose={close}
        position="bottom"
        title="Wattledger"
        // As high as its links.
        styles={{ content: { height: "auto" }, inner: { alignItems: "flex-end" } }}
      >
        <ul className={styles.links}>
          {pages
            .filter((page) => !isShown(page))
            .map(({ to, word, icon: Sign }) => (
              <li key={to}>
                <NavLink to={to} className={styles.link ?? ""} onClick={close}>
                  <Sign aria-hidden size={18} stroke={1.75} />
                  {word}
                </NavLink>
              </li>
            ))}
          <li>
            <FindLink before={close} />
          </li>
          <li>
            <Person />
          </li>
          <li>
            <ColourScheme inWords />
          </li>
        </ul>
      </Drawer>
    </nav>
  );
}
