import type { Schemas } from "@/api/client";

export type Endpoint = Schemas["EndpointOutput"];
export type EndpointInput = Schemas["EndpointInput"];
export type Step = Schemas["ScrapingConfig"]["steps"][number];
export type StepKind = Step["action"];

/** A step as it is edited; its key stays while it is moved. */
export type StepRow = { key: number; kind: StepKind; first: string; second: string };

/** Another value on the page: what it means, where it stands. */
export type FieldRow = { key: number; name: string; selector: string; unit: string };

/** The form of an endpoint: every input is a text until it is sent. */
export type EndpointForm = {
  name: string;
  ipAddress: string;
  type: string;
  vendor: string;
  location: string;
  clientName: string;
  siteId: string | null;
  authType: Schemas["AuthType"];
  loginUrl: string;
  username: string;
  password: string;
  usernameField: string;
  passwordField: string;
  submitSelector: string;
  loggedInWhen: string;
  logoutUrl: string;
  engine: Schemas["Engine"];
  steps: StepRow[];
  valueSelector: string;
  valuePattern: string;
  unit: string;
  decimal: "auto" | "." | ",";
  fields: FieldRow[];
  enabled: boolean;
  pollInterval: number | string;
};

let lastKey = 0;

/** Returns a key that no other row has. */
export function freshKey(): number {
  lastKey += 1;
  return lastKey;
}

/** Returns the key of a row that is stored: the same each time it is read. */
function storedKey(at: number): number {
  return -1 - at;
}

export const NEW: EndpointForm = {
  name: "",
  ipAddress: "",
  type: "PDU",
  vendor: "",
  location: "",
  clientName: "",
  siteId: null,
  authType: "none",
  loginUrl: "/",
  username: "",
  password: "",
  usernameField: "",
  passwordField: "",
  submitSelector: "",
  loggedInWhen: "",
  logoutUrl: "",
  engine: "auto",
  steps: [],
  valueSelector: "",
  valuePattern: "",
  unit: "",
  decimal: "auto",
  fields: [],
  enabled: true,
  pollInterval: 15,
};

const LOGIN_TEXTS = [
  "loginUrl",
  "username",
  "usernameField",
  "passwordField",
  "submitSelector",
  "loggedInWhen",
  "logoutUrl",
] as const;

/** What means something only together: to whom a password goes, what a selector finds. */
export const TOGETHER = [
  ["ipAddress", "authType", ...LOGIN_TEXTS, "password"],
  ["engine", "steps", "valueSelector", "valuePattern", "unit", "decimal", "fields"],
] as const satisfies readonly (readonly (keyof EndpointForm)[])[];

/** Returns the form of an endpoint that is stored; its password is not told and stays. */
export function formOf(endpoint: Endpoint): EndpointForm {
  const { authConfig: login, scrapingConfig: recipe } = endpoint;
  return {
    ...NEW,
    ...filled(endpoint, ["name", "ipAddress", "type", "vendor", "location", "clientName"]),
    ...(login && filled(login, LOGIN_TEXTS)),
    ...(recipe && partsOf(recipe)),
    siteId: endpoint.siteId,
    authType: endpoint.authType,
    enabled: endpoint.enabled,
    pollInterval: endpoint.pollInterval,
  };
}

/** Returns texts of an object, empty where they are missing. */
function filled<K extends string>(from: Record<K, string | null>, names: readonly K[]) {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? ""])) as Record<K, string>;
}

function partsOf(recipe: Schemas["ScrapingConfig"]) {
  return {
    engine: recipe.engine,
    steps: recipe.steps.map(rowOf),
    valueSelector: recipe.valueSelector,
    valuePattern: recipe.valuePattern ?? "",
    unit: recipe.unit ?? "",
    decimal: recipe.decimal,
    fields: Object.entries(recipe.fields ?? {}).map(([name, field], at) => ({
      key: storedKey(at),
      name,
      selector: field.selector,
      unit: field.unit ?? "",
    })),
  };
}

/** Returns what the API takes; `before` is the endpoint as it is stored, for what is not edited. */
export function inputOf(form: EndpointForm, before?: Endpoint): EndpointInput {
  const known = before?.scrapingConfig?.fields ?? {};
  return {
    name: form.name.trim(),
    ipAddress: form.ipAddress.trim(),
    type: form.type.trim() || "PDU",
    vendor: text(form.vendor),
    location: text(form.location),
    clientName: text(form.clientName),
    siteId: form.siteId,
    authType: form.authType,
    authConfig: form.authType === "none" ? null : loginOf(form),
    scrapingConfig: {
      engine: form.engine,
      steps: form.steps.map(stepOf),
      valueSelector: form.valueSelector.trim(),
      valuePattern: text(form.valuePattern),
      unit: text(form.unit),
      decimal: form.decimal,
      fields: Object.fromEntries(
        form.fields.map(({ name, selector, unit }) => [
          name,
          { decimal: "auto" as const, ...known[name], selector: selector.trim(), unit: text(unit) },
        ]),
      ),
    },
    enabled: form.enabled,
    pollInterval: Number(form.pollInterval),
  };
}

function loginOf(form: EndpointForm): Schemas["AuthConfig"] {
  const account = {
    loginUrl: form.loginUrl.trim() || "/",
    username: text(form.username),
    // Without one the stored password stays.
    ...(form.password && { password: form.password }),
  };
  if (form.authType !== "form") return account;
  return {
    ...account,
    usernameField: text(form.usernameField),
    passwordField: text(form.passwordField),
    submitSelector: text(form.submitSelector),
    loggedInWhen: text(form.loggedInWhen),
    logoutUrl: text(form.logoutUrl),
  };
}

function text(value: string): string | null {
  return value.trim() || null;
}

function rowOf(step: Step, at: number): StepRow {
  const row = { key: storedKey(at), kind: step.action, first: "", second: "" };
  switch (step.action) {
    case "navigate":
      return { ...row, first: step.url };
    case "click":
      return { ...row, first: step.selector };
    case "type":
      return { ...row, first: step.selector, second: step.text };
    case "select":
      return { ...row, first: step.selector, second: step.value };
    case "wait":
      return { ...row, first: step.selector ?? "", second: String(step.milliseconds ?? "") };
  }
}

function stepOf({ kind, first, second }: StepRow): Step {
  switch (kind) {
    case "navigate":
      return { action: kind, url: first.trim() };
    case "click":
      return { action: kind, selector: first.trim() };
    case "type":
      return { action: kind, selector: first.trim(), text: second };
    case "select":
      return { action: kind, selector: first.trim(), value: second };
    case "wait":
      return {
        action: kind,
        selector: text(first),
        milliseconds: second.trim() ? Number(second) : null,
      };
  }
}

/** Returns what is wrong with how long a step waits; other steps hold a text of any kind there. */
export function wholeMilliseconds(second: string, { steps }: EndpointForm, path: string) {
  const isWait = steps[Number(path.split(".")[1])]?.kind === "wait";
  return isWait && !/^\s*\d*\s*$/.test(second) ? "Write it like 1500." : null;
}

/** Where the input of a field that the API refused is on the form. */
const PLACES: Record<string, keyof EndpointForm> = {
  "authConfig.password": "password",
  "authConfig.username": "username",
  "authConfig.loginUrl": "loginUrl",
  "authConfig.usernameField": "usernameField",
  "authConfig.passwordField": "passwordField",
  "authConfig.submitSelector": "submitSelector",
  "authConfig.loggedInWhen": "loggedInWhen",
  "authConfig.logoutUrl": "logoutUrl",
  "scrapingConfig.valueSelector": "valueSelector",
  "scrapingConfig.valuePattern": "valuePattern",
  "scrapingConfig.unit": "unit",
};

/** Returns the errors of the API by the form's inputs; what has no input is left out. */
export function errorsOf(fields: Record<string, string>): Partial<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, message]) => [PLACES[name] ?? name, message]),
  );
}
