import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { api, ask, askTagged, type Schemas } from "@/api/client";
import { reason } from "@/api/error";
import { queries } from "@/app/queries";
import { KIND, KINDS } from "./kinds";

export type Channel = Schemas["ChannelOutput"];
export type ChannelInput = Schemas["ChannelInput"];

const onError = (error: Error) => notifications.show({ color: "red", message: reason(error) });
const refresh = () => queries.invalidateQueries({ queryKey: ["channels"] });

/** Sends a test message and tells how it went. */
export function useTry() {
  return useMutation({
    mutationFn: (channel: Channel) =>
      ask(
        api.POST("/api/v1/channels/{channel}/test", { params: { path: { channel: channel.id } } }),
      ),
    onSuccess: ({ success, message }, channel) => {
      refresh();
      notifications.show({
        color: success ? "teal" : "red",
        message: success
          ? `A test went to ${channel.name}: look whether it arrived.`
          : `No test reached ${channel.name}. ${message}`,
      });
    },
    onError,
  });
}

/** Lets a channel be told, or not; all else of it stays as it is stored now. */
export function useEnable() {
  return useMutation({
    mutationFn: async ({ channel: { id }, enabled }: { channel: Channel; enabled: boolean }) => {
      const path = { channel: id };
      const { value, tag } = await askTagged(
        api.GET("/api/v1/channels/{channel}", { params: { path } }),
      );
      return ask(
        api.PUT("/api/v1/channels/{channel}", {
          params: { path, header: { "If-Match": tag } },
          body: { ...settingsOf(value), enabled },
        }),
      );
    },
    onSettled: refresh,
    onError,
  });
}

export function useRemove() {
  return useMutation({
    mutationFn: (channel: Channel) =>
      ask(api.DELETE("/api/v1/channels/{channel}", { params: { path: { channel: channel.id } } })),
    onSuccess: (_, channel) => {
      refresh();
      notifications.show({ message: `The channel ${channel.name} is deleted.` });
    },
    onError,
  });
}

/** Returns where a channel leads: what carries its messages and, where it is no secret, the host. */
export function wayOf({ service, destination }: Channel): string {
  const host = destination.split("://")[1] ?? "";
  return host === "" || host === "…" ? service : `${service} · ${host}`;
}

/** Returns what people set of a channel, as it is sent; its address stays where it is. */
export function settingsOf(channel: Channel): ChannelInput {
  const { name, kinds, severity, clientId, siteId, afterMinutes, enabled } = channel;
  return { name, kinds, severity, clientId, siteId, afterMinutes, enabled };
}

/** Returns in words what a channel is told of. */
export function toldOf(channel: Channel): string {
  const { kinds, severity, clientName, siteName, afterMinutes } = channel;
  const words = kinds
    ? KINDS.filter((kind) => kinds.includes(kind)).map((kind) => KIND[kind].word)
    : ["All alerts"];
  const where = [clientName && `of ${clientName}`, siteName && `at ${siteName}`];
  return [
    [words.join(", "), ...where.filter(Boolean)].join(" "),
    severity === "critical" && "critical ones only",
    afterMinutes > 0 && `after ${afterMinutes} min`,
  ]
    .filter(Boolean)
    .join(" · ");
}
