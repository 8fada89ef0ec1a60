import { Skeleton, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { count } from "@/format/number";
import styles from "./DataTable.module.css";
import { tellWhole } from "./tellWhole";
import { usePrinting } from "./usePrinting";
import { useRowsInPage } from "./useRowsInPage";

export type Column<Row> = {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Width in CSS; columns without one share what is left, and may take lines on a phone. */
  width?: string;
  /** Numbers stand at the end of their column. */
  isNumber?: boolean;
  /** Whether it is also shown on a phone or a small tablet. */
  onPhone?: boolean;
  /** Whether it is shown only where there is much room. */
  onWide?: boolean;
};

/** Returns what says how much room a column needs; the styles hide it where there is less. */
export function roomFor({ onPhone, onWide }: Pick<Column<never>, "onPhone" | "onWide">) {
  return { "data-room": onPhone ? undefined : onWide ? "much" : "some" };
}

/** The head of a column of buttons: for those who hear the table. */
export const ACTIONS = <VisuallyHidden>Actions</VisuallyHidden>;

type Props<Row> = {
  /** What the table lists; read out by screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Where a click on a row leads; the first cell should hold the same as a link. */
  leadsTo?: (row: Row) => string;
  /** Names kinds of rows that look unlike others, such as "group". */
  kindOf?: (row: Row) => string | undefined;
  loading?: boolean;
  /** Reads on when the end comes near. */
  more?: (() => unknown) | undefined;
  rowHeight?: number;
  foot?: ReactNode;
};

const SKELETONS = [1, 2, 3, 4, 5, 6, 7, 8];
const NEAR = 20;

/** A table of any number of rows: only those on the screen are in the page. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rows, keyOf, loading = false, more, rowHeight = 40 } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const isPrinting = usePrinting();
  const { places, before, after } = useRowsInPage(body, rows.length, rowHeight, isPrinting);
  const last = places.at(-1) ?? 0;
  useEffect(() => {
    if (more && !isPrinting && last >= rows.length - NEAR) more();
  }, [more, isPrinting, last, rows.length]);

  return (
    <div className={styles.frame}>
      <table
        className={styles.table}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        onPointerOver={tellWhole}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                style={column.width ? { width: column.width } : undefined}
                data-number={column.isNumber || undefined}
                {...roomFor(column)}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={before} />
          {loading
            ? SKELETONS.map((each) => (
                <tr key={each} style={{ height: rowHeight }}>
                  {columns.map((column) => (
                    <td key={column.id} {...roomFor(column)}>
                      <Skeleton height={12} width="70%" />
                    </td>
                  ))}
                </tr>
              ))
            : places.map((index) => {
                const row = rows[index] as Row;
                return <TableRow key={keyOf(row)} row={row} index={index} {...props} />;
              })}
          <Gap height={loading ? 0 : after} />
        </tbody>
        {props.foot && <tfoot>{props.foot}</tfoot>}
      </table>
      {isPrinting && more && (
        <p>
          These are the first {count(rows.length)}; the others were not read. To have them on paper,
          scroll to the end first, or export the list.
        </p>
      )}
    </div>
  );
}

function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden style={{ height }}>
      <td className={styles.gap} />
    </tr>
  );
}

const LINE = 17;

/** What may take as many lines on a phone as a row is high. */
function Lines({ of: height, children }: { of: number; children: ReactNode }) {
  const most = Math.floor(height / LINE);
  return (
    <div className={styles.lines} style={{ "--most": most } as React.CSSProperties}>
      {children}
    </div>
  );
}

type RowProps<Row> = Pick<Props<Row>, "columns" | "leadsTo" | "kindOf" | "rowHeight"> & {
  row: Row;
  index: number;
};

function TableRow<Row>(props: RowProps<Row>) {
  const { row, index, columns, leadsTo, kindOf, rowHeight = 40 } = props;
  const navigate = useNavigate();
  // The row is a larger target for the mouse; the keyboard has the link in it.
  const go = (event: React.MouseEvent) => {
    const isOnControl = (event.target as Element).closest("a, button, input, label");
    if (leadsTo && !isOnControl && !window.getSelection()?.toString()) navigate(leadsTo(row));
  };
  return (
    <tr
      aria-rowindex={index + 2}
      style={{ height: rowHeight }}
      data-leads={leadsTo ? true : undefined}
      data-kind={kindOf?.(row)}
      onClick={leadsTo ? go : undefined}
    >
      {columns.map((column) => (
        <td key={column.id} data-number={column.isNumber || undefined} {...roomFor(column)}>
          {column.width ? column.cell(row) : <Lines of={rowHeight}>{column.cell(row)}</Lines>}
        </td>
      ))}
    </tr>
  );
}
