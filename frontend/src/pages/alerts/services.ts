/** A service that carries messages, and where its address is found. */
export type Service = {
  name: string;
  example: string;
  hint: string;
};

export const MAIL = "Mail";

/** What channels can lead to, beside mail. A test holds each example to what the server takes. */
export const SERVICES: Service[] = [
  {
    name: "Slack",
    example: "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    hint: "The address that Slack gives for an incoming webhook.",
  },
  {
    name: "Microsoft Teams",
    example: "workflows://prod-1.westeurope.logic.azure.com:443/WORKFLOW/SIGNATURE",
    hint: "The address that Teams gives for the workflow “Post to a channel when a webhook request is received”, or its short form.",
  },
  {
    name: "Telegram",
    example: "tgram://123456789:abcdefg_hijklmnop/12315544",
    hint: "The token of a bot, and the number of the chat it writes to.",
  },
  {
    name: "Discord",
    example: "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    hint: "The address that Discord gives for a webhook of a channel.",
  },
  {
    name: "Google Chat",
    example: "gchat://WORKSPACE/KEY/TOKEN",
    hint: "From the address that Google Chat gives for a webhook of a space.",
  },
  {
    name: "Mattermost",
    example: "mmosts://chat.example.com/HOOK",
    hint: "Your server, and the key of an incoming webhook.",
  },
  {
    name: "Rocket.Chat",
    example: "rockets://USER:PASSWORD@chat.example.com/#operations",
    hint: "Your server, a user of it, and the room to write to.",
  },
  {
    name: "ntfy",
    example: "ntfys://ntfy.example.com/TOPIC",
    hint: "Your server and the topic.",
  },
  {
    name: "Gotify",
    example: "gotifys://gotify.example.com/TOKEN",
    hint: "Your server and the token of an application.",
  },
  {
    name: "Pushover",
    example: "pover://USER-KEY@APPLICATION-TOKEN",
    hint: "Your user key and the token of an application.",
  },
  {
    name: "A program of yours",
    example: "jsons://USER:PASSWORD@host.example.com/path",
    hint: "It is sent JSON by HTTPS (jsons://) or, within your own network, HTTP (json://).",
  },
];
