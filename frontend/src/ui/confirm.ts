import { modals } from "@mantine/modals";

type Question = {
  title: string;
  children: string;
  labels: { confirm: string; cancel: string };
  onConfirm: () => void;
};

/** Asks before something is done, and does it once: the dialog can be clicked while it leaves. */
export function confirmOnce({ onConfirm, ...question }: Question): void {
  let isDone = false;
  modals.openConfirmModal({
    ...question,
    onConfirm: () => {
      if (!isDone) onConfirm();
      isDone = true;
    },
  });
}
