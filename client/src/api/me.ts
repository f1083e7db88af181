/** Who is signed in, where, and as what. */

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { call, get, Problem } from "@/api/http";

export interface Me {
  identity: string;
  login: string;
  name: string;
  locale: string;
  companies: string[];
  company: { slug: string; name: string; currency: string } | null;
  person?: { id: string; name: string };
  roles?: { code: string; name: string }[];
}

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me | null> => {
    if (!mayBeSignedIn) return null;
    try {
      return await get<Me>("/me", {}, signal);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** Who is signed in; only pages inside the frame ask, and there somebody is. */
export function useMe(): Me {
  const me = useSuspenseQuery(meQuery).data;
  if (!me) throw new Error("nobody is signed in");
  return me;
}

/** The server's page says whether the browser brought a session: without one there is nobody to ask for. */
let mayBeSignedIn =
  document.querySelector<HTMLMetaElement>("meta[name=session]")?.content !== "none";

export async function signIn(login: string, password: string): Promise<void> {
  await call("POST", "/sign-in", { body: { login, password } });
  mayBeSignedIn = true;
}

export async function signOut(): Promise<void> {
  await call("POST", "/sign-out");
}

export async function enter(company: string): Promise<void> {
  await call("POST", "/enter", { body: { company } });
}

/** What everybody may know: whom one may try the demo company as. */
export interface Welcome {
  demo: { name: string; role: string; login: string; password: string }[];
}

export const welcomeQuery = queryOptions({
  queryKey: ["welcome"],
  queryFn: ({ signal }) => get<Welcome>("/welcome", {}, signal),
});
