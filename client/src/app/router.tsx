/**
 * Every page and its address. A kind of record's one name is its address: `/sales_order`,
 * `/sales_order/new`, `/sales_order/{id}`; pages with names of their own come before.
 */

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent,
} from "@tanstack/react-router";
import { Lost, Failed } from "@/app/Lost";
import { Session } from "@/app/Session";
import { Waiting } from "@/parts/Waiting";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Session,
  notFoundComponent: Lost,
  errorComponent: Failed,
});

/** A page that is fetched when it is first opened. */
function page<const Path extends string, Name extends string>(
  path: Path,
  load: () => Promise<Record<Name, React.ComponentType<never>>>,
  name: Name,
) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as never, name) as never,
    pendingComponent: Waiting,
    errorComponent: Failed,
    validateSearch: (search: Record<string, unknown>): Record<string, unknown> => search,
  });
}

const pages = [
  page("/", () => import("@/pages/home/Home"), "Home"),
  page("/inbox", () => import("@/pages/inbox/Inbox"), "Inbox"),
  page("/books", () => import("@/pages/books/Books"), "Books"),
  page("/dashboard", () => import("@/pages/insight/Dashboard"), "Dashboard"),
  page("/warehouse-floor", () => import("@/pages/warehouse/Warehouse"), "Warehouse"),
  page("/$entity", () => import("@/pages/entity/EntityPage"), "ListPage"),
  page("/$entity/new", () => import("@/pages/entity/EntityPage"), "NewPage"),
  page("/$entity/$id", () => import("@/pages/entity/EntityPage"), "RecordPage"),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([...pages]),
  context: { queries: undefined as unknown as QueryClient },
  defaultPreload: "intent",
  defaultPendingMs: 200,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
