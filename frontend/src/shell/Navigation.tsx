import { IconBolt } from "@tabler/icons-react";
import { NavLink } from "react-router";
import { useAttention } from "./attention";
import { ColourScheme } from "./ColourScheme";
import { Find } from "./Find";
import { Person } from "./Person";
import styles from "./Shell.module.css";
import { usePages } from "./usePages";

/** The navigation at the left, on screens that are wide enough. */
export function Navigation() {
  const pages = usePages();
  const attention = useAttention();
  return (
    <nav className={styles.nav} aria-label="Pages">
      <div className={styles.brand}>
        <IconBolt aria-hidden size={18} />
        Wattledger
        <ColourScheme />
      </div>
      <Find />
      <ul className={styles.links}>
        {pages.map(({ to, word, icon: Sign }) => (
          <li key={to}>
            <NavLink to={to} end={to === "/"} className={styles.link ?? ""}>
              <Sign aria-hidden size={18} stroke={1.75} />
              {word}
              {to === "/alerts" && attention > 0 && (
                <span className={styles.badge} title={`${attention} need attention`}>
                  {attention}
                </span>
              )}
            </NavLink>
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <Person />
      </div>
    </nav>
  );
}
