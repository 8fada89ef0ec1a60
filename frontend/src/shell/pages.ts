import {
  type Icon,
  IconActivity,
  IconBell,
  IconChartLine,
  IconClockPlay,
  IconFileDollar,
  IconPlug,
  IconSettings,
  IconUsers,
  IconWand,
} from "@tabler/icons-react";
import type { Permission } from "@/session/session";

export type PageLink = {
  to: string;
  word: string;
  icon: Icon;
  /** Who may see the page; everybody where it is not said. */
  needs?: Permission;
  /** Whether it has a place in the bottom bar of a phone. */
  onPhone?: boolean;
};

/** The pages in the order of the navigation. */
export const PAGES: readonly PageLink[] = [
  { to: "/", word: "Live", icon: IconActivity, onPhone: true },
  { to: "/endpoints", word: "Endpoints", icon: IconPlug, needs: "see-all", onPhone: true },
  { to: "/setup", word: "Set up", icon: IconWand, needs: "set-up" },
  { to: "/reports", word: "Reports", icon: IconFileDollar, onPhone: true },
  { to: "/history", word: "History", icon: IconChartLine },
  { to: "/jobs", word: "Jobs", icon: IconClockPlay, needs: "see-all" },
  { to: "/alerts", word: "Alerts", icon: IconBell, needs: "see-all", onPhone: true },
  { to: "/access", word: "Access", icon: IconUsers, needs: "administer" },
  { to: "/settings", word: "Settings", icon: IconSettings, needs: "administer" },
];
