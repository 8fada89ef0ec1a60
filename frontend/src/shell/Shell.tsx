import { Suspense, useRef } from "react";
import { Outlet } from "react-router";
import { LiveProvider } from "@/live/LiveProvider";
import { BottomBar } from "./BottomBar";
import { CommandPalette } from "./CommandPalette";
import { Navigation } from "./Navigation";
import styles from "./Shell.module.css";
import { useArrival } from "./useArrival";
import { Waiting } from "./Waiting";

/** What stands around every page: the navigation, the palette, and the live stream behind them. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  useArrival(main);
  return (
    <LiveProvider>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <Navigation />
      <main id="main" ref={main} className={styles.main} tabIndex={-1}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar />
      <CommandPalette />
    </LiveProvider>
  );
}
