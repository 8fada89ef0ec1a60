import styles from "./Evidence.module.css";

/** A foreign page as text; it is never a page of ours. */
export function PageText({ text }: { text: string }) {
  return (
    <section
      className={styles.text}
      aria-label="The page as text"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
      tabIndex={0}
    >
      <pre>{text}</pre>
    </section>
  );
}
