import { useMay, useSession } from "@/session/session";
import { PAGES, type PageLink } from "./pages";

/** The pages that who is signed in may see; a client's own words for its pages. */
export function usePages(): PageLink[] {
  const may = useMay();
  const { data } = useSession();
  const isClient = data?.role === "client";
  return PAGES.filter(({ needs }) => !needs || may(needs)).map((page) =>
    isClient && page.to === "/reports" ? { ...page, word: "Statements" } : page,
  );
}
