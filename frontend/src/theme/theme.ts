import {
  Alert,
  Anchor,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  Paper,
  SegmentedControl,
  Tooltip,
} from "@mantine/core";

/** Mantine paints its dark inputs, menus and lines from this tuple; its own one is grey. */
const dark: MantineColorsTuple = [
  "#e8ecf2",
  "#c9d1dc",
  "#97a2b4",
  "#8b96a8",
  "#2b3340",
  "#1f2630",
  "#161b23",
  "#12161d",
  "#0e1218",
  "#0b0e13",
];

/** A dialog's title is one, not a line of its text. */
const dialogText = {
  title: { fontSize: "16px", fontWeight: 600, lineHeight: "22px", overflowWrap: "anywhere" },
  // A name of one long word takes as many lines as it needs.
  body: { overflowWrap: "anywhere" },
} as const;

export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: { light: 9, dark: 4 },
  autoContrast: true,
  colors: { dark },
  defaultRadius: 8,
  cursorType: "pointer",
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  // What says nothing of its size is as large as the text around it.
  fontSizes: { md: "14px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "28px" },
      h2: { fontSize: "15px", lineHeight: "22px" },
    },
  },
  components: {
    // Told apart from the text around it by more than a colour.
    Anchor: Anchor.extend({ defaultProps: { underline: "always" } }),
    Alert: Alert.extend({ defaultProps: { variant: "light", radius: 10 } }),
    Button: Button.extend({
      defaultProps: { size: "sm" },
      // The smallest that a finger is sure to hit.
      vars: (_, { size }) => ({
        root: size === "compact-xs" ? { "--button-height": "24px" } : {},
      }),
    }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 10, closeButtonProps: { "aria-label": "Close" } },
      styles: dialogText,
    }),
    Drawer: Drawer.extend({
      defaultProps: { closeButtonProps: { "aria-label": "Close" } },
      styles: dialogText,
    }),
    // Gone at once: what opens by a choice must not find half of a menu before it.
    Menu: Menu.extend({ defaultProps: { transitionProps: { duration: 0 } } }),
    Notification: Notification.extend({
      defaultProps: { withBorder: true, closeButtonProps: { "aria-label": "Close" } },
      // Below a title Mantine's own is too pale to be read.
      styles: { description: { color: "var(--mantine-color-text)" } },
    }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 10, shadow: "none" } }),
    SegmentedControl: SegmentedControl.extend({
      styles: {
        root: { background: "var(--wl-track)" },
        indicator: { background: "var(--wl-thumb)" },
      },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-text": "#101828",
    "--mantine-color-dimmed": "#586174",
    "--mantine-color-placeholder": "#667085",
    "--mantine-color-default-border": "#d3d8e0",
    "--mantine-color-error": "#b42318",
    // Mantine's own is paler than the button, and too pale for what stands on it.
    "--mantine-primary-color-filled-hover": "#095e6e",
    "--mantine-color-cyan-filled-hover": "#095e6e",
    "--mantine-color-cyan-light": "#e7f2f4",
    "--mantine-color-cyan-light-hover": "#d8eaed",
    "--mantine-color-gray-light": "#f2f4f7",
  },
  dark: {
    // What is filled has white text in either scheme, and needs the darker shade for it.
    "--mantine-primary-color-filled": "#0b7285",
    "--mantine-color-cyan-filled": "#0b7285",
    "--mantine-primary-color-contrast": "#fff",
    "--mantine-primary-color-filled-hover": "#095e6e",
    "--mantine-color-cyan-filled-hover": "#095e6e",
    // Mantine's own are darker than the page, and what stands on them is white.
    "--mantine-color-cyan-light": "#132a31",
    "--mantine-color-cyan-light-hover": "#193740",
    "--mantine-color-cyan-light-color": "#3bc9db",
    "--mantine-color-gray-light": "#1a2029",
    "--mantine-color-gray-light-hover": "#232a35",
    "--mantine-color-dimmed": "#97a2b4",
    "--mantine-color-placeholder": "#8b96a8",
    "--mantine-color-default-border": "#2b3340",
    "--mantine-color-error": "#f97066",
  },
});

/** The nonce that the server put into the page: only styles that carry it are obeyed. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}
