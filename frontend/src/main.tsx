import "@fontsource-variable/inter";
import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./theme/tokens.css";
import "./theme/print.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { printInLight } from "./theme/paper";
import { styleNonce } from "./theme/theme";

// Drawers and dialogs keep the page from scrolling with a style of their own, which looks for the
// nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

printInLight();
const root = document.getElementById("root");
if (!root) throw new Error("The page has no place for the application.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
