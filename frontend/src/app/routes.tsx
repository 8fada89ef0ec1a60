import type { ComponentType } from "react";
import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { LivePage } from "@/pages/live/LivePage";
import { ChoosePassword } from "@/session/ChoosePassword";
import { SetUpAccount } from "@/session/SetUpAccount";
import { SignInLink } from "@/session/SignInLink";
import type { Permission } from "@/session/session";
import { Broken } from "./Broken";
import { Missing } from "./Missing";
import { Only } from "./Only";
import { Root } from "./Root";

/** A page whose code is fetched when it is first opened. */
function page(path: string, load: () => Promise<ComponentType>): RouteObject {
  return { path, lazy: async () => ({ Component: await load() }) };
}

/** Pages of those who may do something. */
function only(to: Permission, children: RouteObject[]): RouteObject {
  return { element: <Only to={to} />, children };
}

const PAGES: RouteObject[] = [
  { index: true, Component: LivePage },
  page("endpoints/:id", async () => (await import("@/pages/endpoint/EndpointPage")).EndpointPage),
  page("reports", async () => (await import("@/pages/reports/ReportsPage")).ReportsPage),
  page("history", async () => (await import("@/pages/history/HistoryPage")).HistoryPage),
  page("password", async () => (await import("@/pages/password/PasswordPage")).PasswordPage),
  only("see-all", [
    page("endpoints", async () => (await import("@/pages/endpoints/EndpointsPage")).EndpointsPage),
    page("jobs", async () => (await import("@/pages/jobs/JobsPage")).JobsPage),
    page("jobs/runs/:id", async () => (await import("@/pages/jobs/RunPage")).RunPage),
    page("alerts", async () => (await import("@/pages/alerts/AlertsPage")).AlertsPage),
  ]),
  only("set-up", [
    page("setup", async () => (await import("@/pages/endpoint-form/SetUpPage")).SetUpPage),
    page(
      "endpoints/:id/edit",
      async () => (await import("@/pages/endpoint-form/EditPage")).EditPage,
    ),
  ]),
  only("administer", [
    page("access", async () => (await import("@/pages/access/AccessPage")).AccessPage),
    page("settings", async () => (await import("@/pages/settings/SettingsPage")).SettingsPage),
  ]),
];

/** Addresses that people know from before, and where they lead now. */
const MOVED: RouteObject[] = [
  { path: "dashboard", element: <Navigate to="/" replace /> },
  { path: "consumption/live", element: <Navigate to="/" replace /> },
  { path: "consumption/history", element: <Navigate to="/history" replace /> },
];

export const router = createBrowserRouter([
  {
    errorElement: <Broken />,
    // The first page is drawn at once; there is nothing to show before it.
    HydrateFallback: () => null,
    children: [
      { path: "setup-account", Component: SetUpAccount },
      { path: "sign-in-link", Component: SignInLink },
      { path: "choose-password", Component: ChoosePassword },
      {
        path: "/",
        Component: Root,
        children: [...PAGES, ...MOVED, { path: "*", Component: Missing }],
      },
    ],
  },
]);
