/** How the way to a mail server is protected. */
export const PROTECTION = [
  { value: "starttls", label: "Encrypted (STARTTLS, port 587)" },
  { value: "ssl", label: "Encrypted (TLS, port 465)" },
  { value: "insecure", label: "Not encrypted (within your own network only)" },
];

/** What a person says of where a channel leads; `address` is for all but mail. */
export type AddressValues = {
  service: string;
  address: string;
  server: string;
  protection: string;
  user: string;
  password: string;
  to: string;
  from: string;
};

export const NO_ADDRESS: AddressValues = {
  service: "Mail",
  address: "",
  server: "",
  protection: "starttls",
  user: "",
  password: "",
  to: "",
  from: "",
};

/** Returns the address of a mail channel as the server takes it. */
export function mailAddress(values: AddressValues): string {
  const { server, protection, user, password, to, from } = values;
  const login = user ? `${encodeURIComponent(user)}:${encodeURIComponent(password)}@` : "";
  const scheme = protection === "insecure" ? "mailto" : "mailtos";
  const recipients = to
    .split(/[\s,;]+/)
    .filter(Boolean)
    .join(",");
  // Not URLSearchParams: a plus would be taken for a plus, not for a space.
  const query = [`to=${encodeURIComponent(recipients)}`, `mode=${protection}`];
  if (from.trim()) query.push(`from=${encodeURIComponent(from.trim())}`);
  return `${scheme}://${login}${server.trim()}/?${query.join("&")}`;
}
