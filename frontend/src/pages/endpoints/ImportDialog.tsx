import { Anchor, Button, FileInput, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { useWatched } from "@/api/useWatched";
import { askWatched, type HowFar } from "@/api/watch";
import { queries } from "@/app/queries";
import { count, counted } from "@/format/number";
import { Failure } from "@/ui/Failure";
import { LongWork } from "@/ui/LongWork";
import styles from "./Endpoints.module.css";

type Imported = Schemas["ImportedEndpointsOutput"];
type Order = { file: File; dryRun: boolean; skipBad?: boolean };

/** Sends a file as it is: CSV, JSON or Excel. */
function send(
  { file, dryRun, skipBad = false }: Order,
  tell: (howFar: HowFar) => void,
  signal: AbortSignal,
): Promise<Imported> {
  const body = new FormData();
  body.append("file", file);
  const address = `/api/v1/imports/endpoints?dryRun=${dryRun}&skipBad=${skipBad}`;
  return askWatched(address, body, tell, signal);
}

const NOTHING = () => {};

type Props = { opened: boolean; onClose: () => void };

/** Importing endpoints: first it is said what would change, then it is done. */
export function ImportDialog({ opened, onClose }: Props) {
  const [file, setFile] = useState<File | null>(null);
  const look = useWatched(send, NOTHING);
  const book = useWatched(send, () => queries.invalidateQueries({ queryKey: ["endpoints"] }));
  const choose = (chosen: File | null) => {
    setFile(chosen);
    look.reset();
    book.reset();
    if (chosen) look.mutate({ file: chosen, dryRun: true, skipBad: true });
  };
  const leave = () => {
    book.cancel();
    onClose();
    choose(null);
  };
  const isDone = book.data?.booked ?? false;
  const { brings, bad } = foundBy(look.data);
  return (
    <Modal opened={opened} onClose={leave} title="Import endpoints" size="lg">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          A CSV, Excel or JSON file with a line per endpoint: endpoint, meter, client, location,
          address and more. Endpoints that are known are changed, others are made.{" "}
          <Anchor size="sm" href="/api/v1/endpoints/export?format=csv" download>
            Download the present list
          </Anchor>{" "}
          as a pattern.
        </Text>
        <FileInput
          label="File"
          placeholder="Choose a file"
          accept=".csv,.json,.xlsx"
          value={file}
          onChange={choose}
          clearable
          clearButtonProps={{ "aria-label": "Choose no file" }}
          disabled={book.isPending}
        />
        {look.isPending && <Text role="status">Reading the file…</Text>}
        {look.error && (
          <Failure
            what="The file cannot be imported."
            error={look.error}
            retry={() => choose(file)}
          />
        )}
        <LongWork
          work={book}
          what="endpoints"
          failed="The file was not imported."
          kept="What was imported by then is kept; import the file again, and it does the rest."
        />
        {(book.data ?? look.data) && (
          <Outcome result={(book.data ?? look.data) as Imported} isDone={isDone} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={book.isPending ? book.cancel : leave}>
            {isDone ? "Done" : "Cancel"}
          </Button>
          {!isDone && file && brings > 0 && (
            <Button
              loading={book.isPending}
              onClick={() => book.mutate({ file, dryRun: false, skipBad: bad > 0 })}
            >
              {bad > 0 ? "Import without the bad lines" : "Import"}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

/** Returns how many endpoints a file makes or changes, and how many of its lines are bad. */
function foundBy(look: Imported | undefined) {
  return { brings: look ? look.created + look.changed : 0, bad: look ? look.badLines : 0 };
}

function Outcome({ result, isDone }: { result: Imported; isDone: boolean }) {
  const verb = isDone ? (result.created === 1 ? "was" : "were") : "would be";
  return (
    <div role="status">
      <Text>
        {count(result.created)} {verb} made, {count(result.changed)} changed,{" "}
        {count(result.unchanged)} left as they are
        {result.badLines > 0 &&
          `; ${counted(result.badLines, "line")} ${result.badLines === 1 ? "is" : "are"} bad`}
        .
      </Text>
      {result.bad.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
        <ul className={styles.bad} aria-label="Bad lines" tabIndex={0}>
          {result.bad.map((line) => (
            <li key={`${line.where}${line.message}`}>
              <b>{line.where}</b>: {line.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
